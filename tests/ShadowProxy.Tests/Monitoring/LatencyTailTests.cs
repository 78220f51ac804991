using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class LatencyTailTests
{
    private readonly LatencyTail _tail = new();

    [Fact]
    public void Observe_OneInAHundredIsLate_IsWhereTheLateBegin()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
            _tail.Observe(random.NextDouble() < 0.005 ? 100 : 5 + (random.NextDouble() * 10), weight: 1);

        Assert.InRange(_tail.Milliseconds, 14, 60);
    }

    [Fact]
    public void Observe_Weighted_SameAsMany()
    {
        for (var i = 0; i < 1000; i++)
            _tail.Observe(i % 40 == 0 ? 50 : 10, weight: 5);

        Assert.InRange(_tail.Milliseconds, 10, 50);
    }

    [Fact]
    public void Observe_FewAnswers_NotKnown()
    {
        for (var i = 0; i < 49; i++)
            _tail.Observe(10, weight: 1);

        Assert.Equal(double.NaN, _tail.Milliseconds);
    }

    [Fact]
    public void Observe_TheFirstAnswersAreSlow_ForgottenWithinAFewHundred()
    {
        for (var i = 0; i < 350; i++)
            _tail.Observe(i < 20 ? 90 : 10 + (i % 5), weight: 1);

        Assert.InRange(_tail.Milliseconds, 12, 35);
    }

    [Fact]
    public void Observe_AnswersGetSlower_FollowsButNoBatchMoreThanDoubles()
    {
        for (var i = 0; i < 350; i++)
            _tail.Observe(10, weight: 1);
        for (var i = 0; i < 200; i++)
            _tail.Observe(10_000, weight: 1);

        Assert.InRange(_tail.Milliseconds, 15, 20.1);
    }
}
