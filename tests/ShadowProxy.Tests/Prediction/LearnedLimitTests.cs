using ShadowProxy.Prediction;

namespace ShadowProxy.Tests.Prediction;

public sealed class LearnedLimitTests
{
    private readonly LearnedLimit _limit = new();

    [Fact]
    public void Well_HighForHalfAMinute_Rises()
    {
        for (var t = 0.0; t < 29; t++)
            _limit.Well(0.97, t, atOnce: false);
        Assert.Equal(0.9, _limit.Value);

        _limit.Well(0.97, 30, atOnce: false);
        Assert.Equal(1.02, _limit.Value, 1e-9);
    }

    [Fact]
    public void Well_HighOffAndOn_DoesNotRise()
    {
        for (var t = 0.0; t < 300; t++)
            _limit.Well(t % 20 == 0 ? 0.4 : 0.97, t, atOnce: false);

        Assert.Equal(0.9, _limit.Value);
    }

    [Fact]
    public void Well_NewNode_RisesAtOnce()
    {
        _limit.Well(0.99, 0, atOnce: true);

        Assert.Equal(1.04, _limit.Value, 1e-9);
    }

    [Theory]
    [InlineData(0.7, 0.7)]
    [InlineData(0.2, 0.5)]
    [InlineData(0.95, 0.9)]
    public void Harmed_FallsToThereButNotTooLow(double at, double expected)
    {
        _limit.Harmed(at);

        Assert.Equal(expected, _limit.Value);
    }
}
