using CsCheck;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Tests.Monitoring.Detection;

public sealed class SpreadBaselineTests
{
    private const double Floor = 0.1;

    [Fact]
    public void Observe_Steady_LearnsMeanAndDeviation()
    {
        var baseline = new SpreadBaseline();
        baseline.Begin(4);
        for (var i = 0; i < 10_000; i++)
            baseline.Observe(i % 2 == 0 ? 3 : 5, Floor, new DetectorGain(0.01, 0.01));

        Assert.Equal(4, baseline.Mean, 0.02);
        Assert.Equal(1, baseline.Deviation, 0.02);
        Assert.Equal(10 / 1.1, baseline.Observe(14, Floor, default), 0.2);
    }

    [Fact]
    public void Observe_NoGain_ChangesNothing() => Gen.Double[-1e6, 1e6].Array[1, 50].Sample(values =>
    {
        var baseline = new SpreadBaseline();
        baseline.Begin(7);
        foreach (var value in values)
            baseline.Observe(value, Floor, default);
        Assert.Equal((7, 0), (baseline.Mean, baseline.Deviation));
    });

    [Fact]
    public void Observe_AnyValues_StaysAmongThem() =>
        Gen.Select(Gen.Double[-100, 100].Array[1, 100], Gen.Double[0, 1]).Sample((values, gain) =>
        {
            var baseline = new SpreadBaseline();
            baseline.Begin(values[0]);
            foreach (var value in values)
                baseline.Observe(value, Floor, new DetectorGain(gain, gain));
            Assert.InRange(baseline.Mean, values.Min() - 1e-9, values.Max() + 1e-9);
            Assert.InRange(baseline.Deviation, 0, values.Max() - values.Min() + 1e-9);
        });

    [Fact]
    public void Observe_Outlier_PullsNoHarderThanTheClip()
    {
        var (far, farther) = (new SpreadBaseline(), new SpreadBaseline());
        far.Observe(SpreadBaseline.Clip * Floor, Floor, new DetectorGain(0.1, 0.1));
        farther.Observe(1e9, Floor, new DetectorGain(0.1, 0.1));

        Assert.Equal(far, farther);
    }
}
