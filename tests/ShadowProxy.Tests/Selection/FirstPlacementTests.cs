using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

public sealed class FirstPlacementTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Find_2000Flows_NoNodeOver125PercentOfItsShare()
    {
        var nodes = _engine.SetNodes(4);
        for (var i = 0; i < 2000; i++)
        {
            Place(i);
            Assert.True(nodes.Max(n => n.Flows) <= Math.Ceiling(1.25 * (i + 1) / 4.0));
        }
    }

    [Fact]
    public void Find_Weights_SharesFollow()
    {
        var nodes = _engine.SetNodes(("a", 1, 0), ("b", 2, 0), ("c", 1, 0));
        for (var i = 0; i < 4000; i++)
            Place(i);

        Assert.InRange(nodes[1].Flows, 1900, 2100);
    }

    [Fact]
    public void Find_NearLayerFirst_NextWhenNoneTakesThere()
    {
        var nodes = _engine.SetNodes(("near1", 1, 0), ("near2", 1, 0), ("far1", 1, 2), ("far2", 1, 2), ("mid", 1, 1));
        Node[] Used() => [.. Enumerable.Range(0, 200).Select(i => FirstPlacement.Find(TestEngine.Flow(i), nodes, 0)!).Distinct().OrderBy(n => n.Id)];

        Assert.Equal(["near1", "near2"], Used().Select(n => n.Id));
        Publish("near1", 0);
        Publish("near2", 0, isDead: true);
        Assert.Equal(["mid"], Used().Select(n => n.Id));
        Publish("mid", 0);
        Assert.Equal(["far1", "far2"], Used().Select(n => n.Id));
        Publish("far1", 0);
        Publish("far2", 0);
        Assert.Null(FirstPlacement.Find(TestEngine.Flow(1), nodes, 0));
    }

    [Fact]
    public void Find_NodeThatAskedToBeSpared_GetsNoneUntilThen()
    {
        var nodes = _engine.SetNodes(2);
        nodes[0].SparedUntil = 30;
        bool IsUsed(double seconds, bool bounded = true) =>
            Enumerable.Range(0, 100).Any(i => FirstPlacement.Find(TestEngine.Flow(i), nodes, seconds, bounded) == nodes[0]);

        Assert.Equal((false, true), (IsUsed(29.9), IsUsed(30)));
        Assert.True(IsUsed(0, bounded: false), "The order that all replicas agree on has changed.");
        nodes[1].SparedUntil = 60;
        Assert.Null(FirstPlacement.Find(TestEngine.Flow(1), nodes, 0));
    }

    [Fact]
    public void Find_NearNodesWithoutRoom_FurtherOnesUntilNoneHasAny()
    {
        var nodes = _engine.SetNodes(("near", 1, 0), ("mid", 1, 1));
        Node Found() => FirstPlacement.Find(TestEngine.Flow(1), nodes, 0)!;

        NodeOf("near").Health = NodeHealth.Unknown with { HasRoom = false };
        Assert.Equal("mid", Found().Id);
        NodeOf("mid").Health = NodeHealth.Unknown with { HasRoom = false };
        Assert.Equal("near", Found().Id);
    }

    [Fact]
    public void Find_RegionsElsewhere_TheOneWithTheShorterConnects()
    {
        var nodes = _engine.SetNodes(("far1", 1, 3), ("far2", 1, 3), ("here", 1, 1));
        NodeOf("far1").ConnectClass = 5;
        NodeOf("far2").ConnectClass = 3;
        NodeOf("here").ConnectClass = 7;
        Node Found() => FirstPlacement.Find(TestEngine.Flow(1), nodes, 0)!;

        Assert.Equal("here", Found().Id);
        Publish("here", 0, isDead: true);
        Assert.Equal("far2", Found().Id);
    }

    [Fact]
    public void Find_SuspectNode_GetsAboutHalf()
    {
        var nodes = _engine.SetNodes(4);
        TestEngine.Publish(nodes[0], 1, NodeState.Suspect);

        var placed = Enumerable.Range(0, 8000).Count(i => FirstPlacement.Find(TestEngine.Flow(i), nodes, 0, bounded: false) == nodes[0]);

        Assert.InRange(placed, 900, 1100);
    }

    [Fact]
    public void Find_BadRecord_GetsSlightlyLessAndAllOfItBackInHours()
    {
        var nodes = _engine.SetNodes(2);
        nodes[0].History.Add(5, seconds: 0);
        int Placed(double seconds) => Enumerable.Range(0, 10_000).Count(i => FirstPlacement.Find(TestEngine.Flow(i), nodes, seconds) == nodes[0]);

        Assert.InRange(Placed(0), 4700, Placed(TimeSpan.FromHours(12).TotalSeconds) - 50);
    }

    private void Place(int i) => FirstPlacement.Find(TestEngine.Flow(i), _engine.Nodes, 0)!.AddFlow(1);

    private Node NodeOf(string id) => _engine.Registry.FindNode(TestEngine.ClusterId, id)!;

    private void Publish(string id, double share, bool isDead = false) =>
        TestEngine.Publish(NodeOf(id), share, NodeState.Evacuated, isDead: isDead);
}
