using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class PaceTests
{
    [Theory]
    [InlineData(10, 0)]
    [InlineData(5, 0)]
    [InlineData(20, 0.95)]
    public void Surplus_AgainstAHundredASecond_IsWhatChanceDoesNotExplain(int perTick, double expected)
    {
        var pace = new Pace();
        for (var i = 0; i < 200; i++)
        {
            pace.Observe(10, 0.1);
            pace.Learn(0.1);
        }

        for (var i = 0; i < 200; i++)
            pace.Observe(perTick, 0.1);

        Assert.Equal(expected, pace.Surplus, 0.01);
    }

    [Fact]
    public void Surplus_UsualIsNotKnown_IsNone()
    {
        var pace = new Pace();
        for (var i = 0; i < Baseline.Mature; i++)
            pace.Observe(1000, 0.1);

        Assert.Equal(0, pace.Surplus);
    }
}
