using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class RouteNormTests
{
    private readonly RouteNorm _norm = new();

    [Fact]
    public void BeforeTheFirstAnswer_IsTheAnswersOwnLatency()
    {
        Assert.False(_norm.IsKnown);
        Assert.Equal(42, _norm.MillisecondsOr(42));
        _norm.Observe(10);
        Assert.Equal(10, _norm.MillisecondsOr(42), 1e-9);
    }

    [Fact]
    public void Observe_OneInTenAHundredTimesSlower_HardlyMatters()
    {
        for (var i = 0; i < 2000; i++)
            _norm.Observe(i % 10 == 9 ? 1000 : 10);

        Assert.InRange(_norm.Milliseconds, 9, 13);
    }

    [Fact]
    public void Observe_AllSlower_IsTheNewNormInTime()
    {
        for (var i = 0; i < 1000; i++)
            _norm.Observe(10);
        for (var i = 0; i < 2000; i++)
            _norm.Observe(40);

        Assert.InRange(_norm.Milliseconds, 38, 40);
    }

    [Fact]
    public void Observe_FirstAnswerAnOutlier_IsOvercomeSoon()
    {
        _norm.Observe(5000);
        for (var i = 0; i < 1000; i++)
            _norm.Observe(10);

        Assert.InRange(_norm.Milliseconds, 10, 25);
    }
}
