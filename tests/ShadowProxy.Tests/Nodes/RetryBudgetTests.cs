using CsCheck;
using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class RetryBudgetTests
{
    private const double Tick = 0.1;
    private const int TicksOfTheWindow = 100;
    private const int ThreeASecond = 30;

    private readonly RetryBudget _budget = new(perRequest: 0.2, perSecond: 3);

    [Fact]
    public void TryTake_NoRequests_ThreeASecond() => Assert.Equal(ThreeASecond, TakeAll());

    [Theory]
    [InlineData(100, 20)]
    [InlineData(9, 1)]
    [InlineData(100_000, 20_000)]
    public void Fill_Requests_EarnAFifthBesides(long requests, int retries)
    {
        var taken = TakeAll();
        _budget.Fill(requests + taken, seconds: 0);

        Assert.Equal(retries, TakeAll());
    }

    [Fact]
    public void Fill_RetriesAmongTheRequests_EarnNothing()
    {
        var taken = TakeAll();
        _budget.Fill(taken, seconds: 0);

        Assert.Equal(0, TakeAll());
    }

    [Theory]
    [InlineData(9.8, 0)]
    [InlineData(10, ThreeASecond)]
    [InlineData(1e6, ThreeASecond)]
    public void Fill_TenSecondsLater_AllIsForgotten(double seconds, int retries)
    {
        _budget.Fill(1000, seconds: 0);
        TakeAll();
        _budget.Fill(0, seconds);

        Assert.Equal(retries, TakeAll());
    }

    [Fact]
    public void TryTake_AnyTraffic_GivesAllThatTheLastTenSecondsAllowAndNoMore() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 20]).Array[1, 300].Sample(ticks =>
        {
            var budget = new RetryBudget(perRequest: 0.2, perSecond: 3);
            var (requests, taken) = (new int[ticks.Length], new int[ticks.Length]);
            for (var tick = 0; tick < ticks.Length; tick++)
            {
                var window = Math.Max(0, tick - TicksOfTheWindow + 1)..(tick + 1);
                var (first, wanted) = ticks[tick];
                for (var i = 0; i < wanted; i++)
                {
                    var allowed = taken[window].Sum() + 1 <= (0.2 * requests[window].Sum()) + ThreeASecond;
                    Assert.Equal(allowed, budget.TryTake());
                    taken[tick] += allowed ? 1 : 0;
                }

                // Those sent again have ended by the end of their tick.
                requests[tick] = first;
                budget.Fill(first + taken[tick], Tick);
            }
        });

    private int TakeAll()
    {
        var taken = 0;
        while (_budget.TryTake())
            taken++;
        return taken;
    }
}
