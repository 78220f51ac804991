using CsCheck;
using ShadowProxy.Benchmarks.Scale;

namespace ShadowProxy.Tests.Benchmarks.Scale;

public sealed class LineTests
{
    [Fact]
    public void Through_PointsOfALine_IsThatLine() => Gen.Select(Gen.Double[-100, 100], Gen.Double[-100, 100]).Sample((slope, intercept) =>
    {
        var line = Line.Through([.. Enumerable.Range(1, 4).Select(x => ((double)x, (slope * x) + intercept))]);

        Assert.Equal(slope, line.Slope, 1e-6);
        Assert.Equal(intercept, line.Intercept, 1e-6);
    });

    [Fact]
    public void Through_Scatter_SaysHowMuchTheLineExplains()
    {
        Assert.Equal(1, Line.Through([(1, 3), (2, 5), (4, 9)]).Determination, 1e-12);
        Assert.Equal(0, Line.Through([(1, 0), (2, 1), (3, 0)]).Determination, 1e-12);
    }
}
