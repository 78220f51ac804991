using CsCheck;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

public sealed class RendezvousTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Score_TwiceTheWeight_TwiceTheFlows()
    {
        var nodes = _engine.SetNodes(("a", 1, 0), ("b", 1, 0), ("c", 2, 0));

        var flows = Flows(20_000, nodes);

        Assert.InRange(flows[2] / (20_000 * 0.5), 0.95, 1.05);
        Assert.InRange(flows[0] / (20_000 * 0.25), 0.95, 1.05);
        Assert.InRange(flows[1] / (20_000 * 0.25), 0.95, 1.05);
    }

    [Fact]
    public void Score_NodeLeaves_OnlyItsOwnFlowsMove()
    {
        var nodes = _engine.SetNodes(5);
        var before = Enumerable.Range(0, 5000).Select(i => First(i, nodes)).ToArray();
        Node[] left = [.. nodes.Where(n => n.Id != "n2")];

        for (var i = 0; i < before.Length; i++)
        {
            if (before[i].Id != "n2")
                Assert.Same(before[i], First(i, left));
        }

        // They spread over all that stay.
        var orphans = Enumerable.Range(0, 5000).Where(i => before[i].Id == "n2").GroupBy(i => First(i, left).Id).ToArray();
        Assert.Equal(4, orphans.Length);
        Assert.All(orphans, group => Assert.InRange(group.Count(), 150, 350));
    }

    [Fact]
    public void Admits_AnyShares_AreMonotone() => Gen.Select(Gen.Int[0, 100_000], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((i, a, b) =>
    {
        var node = (_engine.Nodes.Length == 0 ? _engine.SetNodes(1) : _engine.Nodes)[0];
        var flow = TestEngine.Flow(i);
        Assert.True(!Rendezvous.Admits(flow, node, Math.Min(a, b)) || Rendezvous.Admits(flow, node, Math.Max(a, b)));
        Assert.True(Rendezvous.Admits(flow, node, 1));
        Assert.False(Rendezvous.Admits(flow, node, 0));
    }, threads: 1);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Admits_OfTheFlowsPlacedOnANode_TakesTheShare(double share)
    {
        var nodes = _engine.SetNodes(4);
        // A dependence on the placement would admit all, or none, of the flows that live there.
        var own = Enumerable.Range(0, 20_000).Where(i => First(i, nodes) == nodes[1]).ToArray();

        Assert.Equal(share, own.Count(i => Rendezvous.Admits(TestEngine.Flow(i), nodes[1], share)) / (double)own.Length, 0.03);
    }

    private static Node First(int flow, Node[] nodes) => nodes.MaxBy(n => Rendezvous.Score(TestEngine.Flow(flow), n))!;

    private static int[] Flows(int count, Node[] nodes)
    {
        var flows = new int[nodes.Length];
        for (var i = 0; i < count; i++)
            flows[Array.IndexOf(nodes, First(i, nodes))]++;
        return flows;
    }
}
