using CsCheck;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

public sealed class ShadowRankingTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Rank_AnyHealth_OrdersByLayerBandAndOwnOrder() => Gen.Select(
            Gen.Int[0, 100_000], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5], Gen.Bool).Array[2, 9])
        .Sample((flow, described) =>
        {
            var signature = TestEngine.Flow(flow);
            var nodes = _engine.SetNodes([.. described.Select((d, i) => ($"n{i}", 1.0, d.Item1))]);
            for (var i = 0; i < nodes.Length; i++)
                TestEngine.Publish(nodes[i], 1, NodeState.Healthy, isDead: described[i].Item3, score: Band(described[i].Item2));
            int BandOf(Node node) => node.Health.IsDead ? int.MaxValue : described[Array.IndexOf(nodes, node)].Item2;

            var list = ShadowRanking.Rank(signature, nodes, nodes[0]);

            var expected = nodes.Skip(1).OrderBy(n => n.Settings.Layer).ThenBy(BandOf).ThenByDescending(n => Rendezvous.Score(signature, n))
                .Take(ShadowList.Capacity).Select(n => n.Ref).ToArray();
            Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(rank => list[rank]));
        }, threads: 1, iter: 300);

    [Fact]
    public void FindBest_ShadowSickenedFirst_IsNotChosen()
    {
        var nodes = _engine.SetNodes(4);
        for (var flow = 0; flow < 200; flow++)
        {
            var signature = TestEngine.Flow(flow);
            var list = ShadowRanking.Rank(signature, nodes, nodes[0]);
            var first = _engine.Registry.Resolve(list[0])!;
            TestEngine.Publish(first, 1, NodeState.Suspect, score: 0.55);

            Assert.Equal(list[1], ShadowRanking.FindBest(signature, list, _engine.Registry, nodes, [nodes[0]])!.Ref);
            first.Health = NodeHealth.Unknown;
            Assert.Equal(list[0], ShadowRanking.FindBest(signature, list, _engine.Registry, nodes, [nodes[0]])!.Ref);
        }
    }

    [Fact]
    public void FindBest_ExcludedDeadOrUnwillingShadows_LooksAtTheWholeCluster()
    {
        var nodes = _engine.SetNodes(7);
        var signature = TestEngine.Flow(1);
        var list = ShadowRanking.Rank(signature, nodes, nodes[0]);
        Node At(int rank) => _engine.Registry.Resolve(list[rank])!;
        TestEngine.Publish(At(0), 1, NodeState.Evacuated, isDead: true);
        TestEngine.Publish(At(1), 0, NodeState.Evacuated);

        Assert.Same(At(3), ShadowRanking.FindBest(signature, list, _engine.Registry, nodes, [nodes[0], At(2)]));

        var other = ShadowRanking.FindBest(signature, list, _engine.Registry, nodes, [nodes[0], At(2), At(3)])!;
        Assert.DoesNotContain(other, Enumerable.Range(0, 4).Select(At));
        Assert.Null(ShadowRanking.FindBest(signature, list, _engine.Registry, nodes, nodes));
    }

    [Fact]
    public void FindBest_MayStay_GoesAsFarAsThereIsRoomAndNoFurther()
    {
        var nodes = _engine.SetNodes(("a1", 1, 1), ("a2", 1, 1), ("b1", 1, 2), ("r1", 1, 3));
        Node? Best(bool mayStay) => ShadowRanking.FindBest(
            TestEngine.Flow(1), ShadowRanking.Rank(TestEngine.Flow(1), nodes, nodes[0]), _engine.Registry, nodes, [nodes[0]], mayStay);

        foreach (var (node, next) in nodes[1..].Zip([.. nodes[2..], null!]))
        {
            Assert.Same(node, Best(mayStay: true));
            node.Health = NodeHealth.Unknown with { HasRoom = false };
            Assert.Same(next, Best(mayStay: true));
        }

        Assert.Same(nodes[1], Best(mayStay: false));
        nodes[3].Health = NodeHealth.Unknown;
        Assert.Same(nodes[3], Best(mayStay: false));
    }

    [Fact]
    public void FindBest_NearNodeTakesNoMoreAtThisMoment_WaitsForItOrGoesToItsEqual()
    {
        var nodes = _engine.SetNodes(("a1", 1, 1), ("a2", 1, 1), ("a3", 1, 1), ("b1", 1, 2));
        Node? Best(bool mayStay) => ShadowRanking.FindBest(TestEngine.Flow(1), default, _engine.Registry, nodes, [nodes[0]], mayStay);

        nodes[1].Intake.Offer(0);
        Assert.Same(nodes[2], Best(mayStay: true));
        nodes[2].Intake.Offer(0);
        Assert.Null(Best(mayStay: true));
        Assert.Equal(1, Best(mayStay: false)!.Settings.Layer);
    }

    [Fact]
    public void FindBest_AllFourShadowsFull_AnotherOfTheZone()
    {
        Node[] nodes = _engine.SetNodes([.. Enumerable.Range(0, 8).Select(i => ($"n{i}", 1.0, i == 7 ? 2 : 1))]);
        var list = ShadowRanking.Rank(TestEngine.Flow(1), nodes, nodes[0]);
        for (var rank = 0; rank < ShadowList.Capacity; rank++)
            _engine.Registry.Resolve(list[rank])!.Health = NodeHealth.Unknown with { HasRoom = false };

        foreach (var mayStay in new[] { true, false })
            Assert.Equal((1, true), ShadowRanking.FindBest(TestEngine.Flow(1), list, _engine.Registry, nodes, [nodes[0]], mayStay) is { } best
                ? (best.Settings.Layer, best.Health.HasRoom) : default);
    }

    [Fact]
    public void FindBest_ManyFlowsLeaveANode_GoToAllOthers()
    {
        var nodes = _engine.SetNodes(5);
        // One is a little better than the others: the herd must not follow it.
        TestEngine.Publish(nodes[1], 1, NodeState.Healthy, score: 0.99);
        TestEngine.Publish(nodes[2], 1, NodeState.Healthy, score: 0.85);

        var to = Enumerable.Range(0, 4000).Select(i => ShadowRanking.FindBest(TestEngine.Flow(i), default, _engine.Registry, nodes, [nodes[0]])!);

        Assert.All(to.CountBy(n => n.Id), pair => Assert.InRange(pair.Value, 900, 1100));
    }

    /// <summary>The middle of the n-th band below the best.</summary>
    private static double Band(int band) => Math.Max(0, 0.9 - (0.2 * band));
}
