using ShadowProxy.Monitoring;
using ShadowProxy.Selection;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

public sealed class TwoChoicesTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly TwoChoices _choices = new(new RandomSource(7));

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Pick_RequestsInFlight_StayBalancedByWeight()
    {
        var nodes = _engine.SetNodes(("a", 1, 0), ("b", 1, 0), ("c", 2, 0));
        for (var i = 0; i < 4000; i++)
            _choices.Pick(nodes)!.BeginRequest();

        Assert.InRange(nodes[0].InFlight, 980, 1020);
        Assert.InRange(nodes[1].InFlight, 980, 1020);
        Assert.InRange(nodes[2].InFlight, 1970, 2030);
    }

    [Fact]
    public void Pick_DeadOrEvacuated_GetNothing()
    {
        var nodes = _engine.SetNodes(4);
        TestEngine.Publish(nodes[0], 1, NodeState.Evacuated, isDead: true);
        TestEngine.Publish(nodes[3], 0, NodeState.Evacuated);
        for (var i = 0; i < 500; i++)
            Assert.Contains(_choices.Pick(nodes), nodes[1..3]);
    }

    [Fact]
    public void Pick_NobodyTakes_IsNull()
    {
        var nodes = _engine.SetNodes(2);
        TestEngine.Publish(nodes[0], 0, NodeState.Evacuated);
        TestEngine.Publish(nodes[1], 0, NodeState.Evacuated);

        Assert.Null(_choices.Pick(nodes));
        Assert.Null(_choices.Pick([]));
    }
}
