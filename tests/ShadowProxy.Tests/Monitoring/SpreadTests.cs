using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class SpreadTests
{
    private const double Threshold = 1;

    [Fact]
    public void Nothing_IsThePresumptionWhichFades()
    {
        var spread = new Spread();
        Assert.Equal(0.25, spread.Value(0.25));

        Add(ref spread, 0, 600);
        Assert.InRange(spread.Value(0.25), 0.01, 0.05);
    }

    [Fact]
    public void ExcursionsThatEnd_Count()
    {
        var spread = new Spread();
        for (var i = 0; i < 60; i++)
        {
            Add(ref spread, 0.8, 2);
            Add(ref spread, 0, 8);
        }

        Assert.Equal(Math.Sqrt(0.2 * 0.8 * 0.8), spread.Value(0), 0.02);
    }

    [Fact]
    public void TroubleThatGoesOn_DoesNotPassForCommon()
    {
        var spread = new Spread();
        Add(ref spread, 0.1, 60);
        var before = spread.Value(0);
        Add(ref spread, 0.9, 30);
        Assert.Equal(before, spread.Value(0));
        spread.Discard();
        Add(ref spread, 0.1, 1);
        Assert.Equal(before, spread.Value(0), 0.01);

        Add(ref spread, 0.9, 600);
        Add(ref spread, 0.1, 1);
        Assert.True(spread.Value(0) < 0.5, $"{spread.Value(0)}");
    }

    [Fact]
    public void Far_CountsAsTheThreshold()
    {
        var spread = new Spread();
        Add(ref spread, 100, 1);
        Add(ref spread, 0, 0.1);

        Assert.InRange(spread.Value(0), 0, Threshold);
    }

    private static void Add(ref Spread spread, double excess, double seconds)
    {
        for (var i = 0; i < seconds * 10; i++)
            spread.Add(excess, 0.1, Threshold);
    }
}
