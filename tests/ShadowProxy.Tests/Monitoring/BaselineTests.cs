using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class BaselineTests
{
    [Fact]
    public void Add_WhileYoung_IsThePlainMean()
    {
        var baseline = new Baseline();
        for (var i = 0; i < Baseline.Mature - 1; i++)
            baseline.Add(i % 2 == 0 ? 1 : 3, 0.1, trust: 1);

        Assert.False(baseline.IsMature);
        Assert.Equal(2, baseline.Mean, 0.1);
        baseline.Add(2, 0.1, trust: 1);
        Assert.True(baseline.IsMature);
    }

    [Fact]
    public void Add_Mature_FollowsWithinMinutesAndDistrustsWhatIsUnusual()
    {
        var trusting = Grown(1);
        var doubting = trusting;
        for (var i = 0; i < 1200; i++)
        {
            trusting.Add(2, 0.1, trust: 1);
            doubting.Add(2, 0.1, trust: 0.1);
        }

        Assert.Equal(2 - Math.Exp(-1), trusting.Mean, 0.01);
        Assert.InRange(doubting.Mean, 1.05, 1.15);
    }

    [Fact]
    public void Deviation_Constant_GoesToZero() => Assert.Equal(0, Grown(5).Deviation, 1e-9);

    private static Baseline Grown(double value)
    {
        var baseline = new Baseline();
        for (var i = 0; i < Baseline.Mature; i++)
            baseline.Add(value, 0.1, trust: 1);
        return baseline;
    }
}
