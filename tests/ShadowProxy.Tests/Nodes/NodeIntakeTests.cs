using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class NodeIntakeTests
{
    private readonly NodeIntake _intake = new();

    [Fact]
    public void IsOpen_NothingOfferedYet_TakesAll()
    {
        for (var i = 0; i < 1000; i++)
            _intake.Take(1000);

        Assert.True(_intake.IsOpen);
    }

    [Fact]
    public void IsOpen_OfferTaken_IsClosedUntilTheNext()
    {
        _intake.Offer(2.5);
        _intake.Take(1);
        Assert.True(_intake.IsOpen);
        _intake.Take(2);
        Assert.False(_intake.IsOpen);

        _intake.Offer(0.1);
        Assert.True(_intake.IsOpen);
        _intake.Offer(-1);
        Assert.False(_intake.IsOpen);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1e-9, true)]
    public void IsOpen_HardlyAnyTraffic_AFlowMayComeAllTheSame(double rate, bool expected)
    {
        _intake.Offer(rate);

        Assert.Equal(expected, _intake.IsOpen);
    }

    [Fact]
    public void Collect_GivesWhatCameOverOnce()
    {
        _intake.Take(1.5);
        _intake.Take(2);

        Assert.Equal(3.5, _intake.Collect(), 0.01);
        Assert.Equal(0, _intake.Collect());
    }
}
