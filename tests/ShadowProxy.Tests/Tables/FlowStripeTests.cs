using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Tables;

public sealed class FlowStripeTests
{
    private const int Flows = 5_000;
    private const int Visits = 1_024;

    [Theory]
    [InlineData(10u)]
    [InlineData(15u)]
    [InlineData(2_000u)]
    [InlineData(2_565u)]
    [InlineData(9_000u)]
    public void Advance_WheelThatLagsBehindTheTime_CatchesUp(uint now)
    {
        var stripe = new FlowStripe<TestEntry>(Flows, now: 1, onRemoved: null);
        for (var key = 0; key < Flows; key++)
            stripe.Add(TestEngine.Flow(key), new TestEntry { Key = key }, now, now + 6_000);

        var calls = 0;
        while (stripe.Advance(now, Visits) < Visits)
            Assert.InRange(++calls, 1, 3 * Flows / Visits);

        Assert.Equal(Flows, stripe.Count);
        for (var later = now + 100; stripe.Count > 0; later += 100)
        {
            stripe.Advance(later, int.MaxValue);
            Assert.Equal(later > now + 6_000, stripe.Count == 0);
        }
    }
}
