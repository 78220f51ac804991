using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class RetryBudgetTests
{
    private readonly RetryBudget _budget = new(perRequest: 0.2, perSecond: 3, burst: 50);

    [Fact]
    public void TryTake_Burst_IsFifty() => Assert.Equal(50, TakeAll());

    [Theory]
    [InlineData(100, 0, 20)]
    [InlineData(0, 10, 30)]
    [InlineData(50, 5, 25)]
    [InlineData(10_000, 100, 50)]
    public void Fill_EarnsAFifthOfTheRequestsAndThreeASecond(long requests, double seconds, int retries)
    {
        var taken = TakeAll();
        _budget.Fill(requests + taken, seconds);

        Assert.Equal(retries, TakeAll());
    }

    [Fact]
    public void Fill_RetriesAmongTheRequests_EarnNothing()
    {
        var taken = TakeAll();
        _budget.Fill(taken, seconds: 0);

        Assert.Equal(0, TakeAll());
    }

    private int TakeAll()
    {
        var taken = 0;
        while (_budget.TryTake())
            taken++;
        return taken;
    }
}
