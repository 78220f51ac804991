using ShadowProxy.Monitoring;
using ShadowProxy.Signals.Sources;

namespace ShadowProxy.Tests.Monitoring;

/// <summary>What nodes say of themselves.</summary>
public sealed class NodeWordTests : IDisposable
{
    private readonly ClusterSimulation _cluster = new(nodes: 4) { NewSessionsPerSecond = 20 };

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Weight_OfANode_IsThePartOfNewFlowsThatItTakesAndMovesNobody()
    {
        _cluster.RunSeconds(1);
        Say(0, new NodeWord { Weight = 0.4, Text = "40%" });
        _cluster.RunSeconds(0.2);

        Assert.Equal([0.4, 1, 1, 1], _cluster.Nodes.Select(node => node.Health.AdmittedShareOfNew));
        Assert.All(_cluster.Nodes, node => Assert.Equal(1, node.Health.AdmittedShare));
        Assert.All(_cluster.Nodes, node => Assert.Equal(NodeState.Healthy, node.Health.State));
    }

    [Fact]
    public void Weight_OfAllNodes_CountsInRelationToTheHighest()
    {
        for (var node = 0; node < 4; node++)
            Say(node, new NodeWord { Weight = node == 0 ? 0.1 : 0.2, Text = "less" });
        _cluster.RunSeconds(0.2);

        Assert.Equal([0.5, 1, 1, 1], _cluster.Nodes.Select(node => node.Health.AdmittedShareOfNew));
    }

    [Fact]
    public void Weight_ZeroOfAllNodes_IsAsIfNoneHadSaidIt()
    {
        for (var node = 0; node < 4; node++)
            Say(node, new NodeWord { Weight = 0, Text = "0%" });
        _cluster.RunSeconds(0.2);

        Assert.All(_cluster.Nodes, node => Assert.Equal(1, node.Health.AdmittedShareOfNew));
    }

    [Fact]
    public void MaxConcurrentRequests_OfANode_IsTheFewerOfItsWordAndItsConfiguration()
    {
        var node = _cluster.Nodes[0];
        Assert.Null(node.MaxConcurrentRequests);

        Say(0, new NodeWord { MaxConcurrentRequests = 30, Text = "maxconn:30" });
        Assert.Equal(30, node.MaxConcurrentRequests);
        node.Settings = node.Settings with { MaxConcurrentRequests = 20 };
        Assert.Equal(20, node.MaxConcurrentRequests);
    }

    [Fact]
    public void Degraded_OfANode_MakesItSuspectAndTakesSomeOfItsScoreAndNeverEvacuatesIt()
    {
        _cluster.AfterTick = () => Say(0, new NodeWord { Condition = NodeCondition.Degraded, Text = "Degraded" });
        _cluster.RunMinutes(2);

        var health = _cluster.Nodes[0].Health;
        Assert.Equal((NodeState.Suspect, NodeState.Suspect), (_cluster.State(0), _cluster.WorstState(0)));
        Assert.Equal((1.0, 0.5), (_cluster.LowestShare(0), health.AdmittedShareOfNew));
        Assert.InRange(health.Score, 0.6, 0.75);
        Assert.Contains(health.Evidence, evidence => evidence.Text.Contains("Degraded", StringComparison.Ordinal));
    }

    [Fact]
    public void Degraded_OfAllNodes_SpeaksAgainstNone()
    {
        _cluster.AfterTick = () =>
        {
            for (var node = 0; node < 4; node++)
                Say(node, new NodeWord { Condition = NodeCondition.Degraded, Text = "Degraded" });
        };
        _cluster.RunSeconds(5);
        Assert.All(_cluster.Nodes, node => Assert.Equal((NodeState.Healthy, 1.0), (node.Health.State, node.Health.AdmittedShareOfNew)));
    }

    private void Say(int node, NodeWord word)
    {
        var sources = _cluster.Nodes[node].Sources;
        var readings = sources.All.FirstOrDefault(source => source.Kind == SourceKind.AgentCheck)
            ?? sources.Begin(SourceKind.AgentCheck, TimeSpan.FromSeconds(6));
        readings.Say(word, _cluster.Engine.Time.GetTimestamp());
    }
}
