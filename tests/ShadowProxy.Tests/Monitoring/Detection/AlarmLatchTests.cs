using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Tests.Monitoring.Detection;

public sealed class AlarmLatchTests
{
    private AlarmLatch _latch;

    [Fact]
    public void Add_HoversAboutTheThreshold_RaisesOnce()
    {
        var raised = Enumerable.Range(0, 600).Count(i => _latch.Add(i % 2 == 0 ? 1.1 : 0.9, i));

        Assert.Equal(1, raised);
        Assert.True(_latch.IsActive);
    }

    [Fact]
    public void Add_ClimbsFarHigher_RaisesAgain()
    {
        Assert.True(_latch.Add(1.1, 0));
        Assert.False(_latch.Add(1.2, 60));
        Assert.True(_latch.Add(1.2 * AlarmLatch.Escalation, 120));
        Assert.False(_latch.Add(1.2 * AlarmLatch.Escalation, 180));
    }

    [Theory]
    [InlineData(AlarmLatch.RearmSeconds, true)]
    [InlineData(AlarmLatch.RearmSeconds - 1, false)]
    public void Add_WellForAWhile_MayRaiseAgain(double wellSeconds, bool raised)
    {
        _latch.Add(1.1, 0);
        _latch.Add(AlarmLatch.Release, 1);
        _latch.Add(0.1, 2);

        Assert.Equal(raised, _latch.Add(1.1, 1 + wellSeconds));
    }

    [Fact]
    public void Add_BelowTheThreshold_NeverRaises() => Assert.DoesNotContain(Enumerable.Range(0, 100), i => _latch.Add(i / 100.0, i));
}
