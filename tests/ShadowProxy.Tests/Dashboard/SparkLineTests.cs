using System.Globalization;
using ShadowProxy.Dashboard.Feed;

namespace ShadowProxy.Tests.Dashboard;

public sealed class SparkLineTests
{
    [Fact]
    public void Points_NoSeries_AreNone() => Assert.Equal("", SparkLine.Points(null, 1));

    [Fact]
    public void Points_HighestValue_IsAtTheTopAndTheNewestAtTheRight()
    {
        var points = Read(SparkLine.Points([0, 20, 10], 5));

        Assert.Equal(3, points.Count);
        Assert.Equal(SparkLine.Width, points[^1].X);
        Assert.Equal(1, points[1].Y);
        Assert.Equal(SparkLine.Height - 1, points[0].Y);
        Assert.Equal(SparkLine.Height / 2, points[2].Y);
    }

    [Fact]
    public void Points_SmallValues_StayNearTheBottom() =>
        Assert.All(Read(SparkLine.Points([0.1f, 0.2f], 10)), point => Assert.InRange(point.Y, 28, 29));

    [Fact]
    public void Points_UnknownValues_AreLeftOut() => Assert.Equal(2, Read(SparkLine.Points([1, float.NaN, 2, float.NaN], 1)).Count);

    [Fact]
    public void Points_LongSeries_AreOfItsLastMinute()
    {
        var points = Read(SparkLine.Points([.. Enumerable.Repeat(1f, 180)], 1));

        Assert.Equal(60, points.Count);
        Assert.Equal(0, points[0].X);
    }

    private static List<(double X, double Y)> Read(string points) =>
    [
        .. points.Split(' ').Select(point => point.Split(','))
            .Select(xy => (double.Parse(xy[0], CultureInfo.InvariantCulture), double.Parse(xy[1], CultureInfo.InvariantCulture))),
    ];
}
