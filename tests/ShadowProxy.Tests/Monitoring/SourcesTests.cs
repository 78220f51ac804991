using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Sources;

namespace ShadowProxy.Tests.Monitoring;

/// <summary>What sources besides traffic and probes say, and what follows from it.</summary>
public sealed class SourcesTests : IDisposable
{
    private const int Sick = 1;

    private readonly ClusterSimulation _simulation = new(4);

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void AnotherInstrument_ThatShowsMore_MovesNobody()
    {
        _simulation.Cpu = _ => 0.3 + (0.02 * _simulation.Gaussian());
        _simulation.RunSeconds(60);
        var orca = Begin(SourceKind.Orca);

        for (var i = 0; i < 600; i++)
        {
            orca.Report(new LoadReport { CpuUtilization = 0.95 }, Now);
            _simulation.RunSeconds(0.1);
        }

        Assert.Equal(NodeState.Healthy, _simulation.WorstState(Sick));
        Assert.Equal(0.95, Value("cpu"));
    }

    [Fact]
    public void FlappingInstrument_MovesNobody()
    {
        _simulation.Cpu = _ => 0.3 + (0.02 * _simulation.Gaussian());
        _simulation.RunSeconds(60);
        var orca = Begin(SourceKind.Orca);

        for (var second = 0; second < 120; second++)
        {
            if (second % 10 < 4)
                orca.Report(new LoadReport { CpuUtilization = 0.95 }, Now);
            _simulation.RunSeconds(1);
        }

        Assert.True(_simulation.WorstState(Sick) < NodeState.Evacuating);
    }

    [Fact]
    public void StaleReports_AreUnknown()
    {
        Begin(SourceKind.Metrics).Report(new LoadReport { CpuUtilization = 0.5 }, Now);
        _simulation.RunSeconds(2);
        Assert.Equal(0.5, Value("cpu"));

        _simulation.RunSeconds(2);

        Assert.True(double.IsNaN(Value("cpu")));
    }

    [Fact]
    public void SaidDown_RequestsAreAnswered_IsAContradictionAndMovesNobody()
    {
        var health = Begin(SourceKind.GrpcHealth);

        Say(health, NodeCondition.Down, seconds: 30);

        Assert.Equal(NodeState.Healthy, _simulation.WorstState(Sick));
        Assert.Contains("grpc-health says down, and requests are answered", Contradicting());
    }

    [Fact]
    public void SaidDown_NothingIsAnswered_IsFailed()
    {
        using var quiet = new ClusterSimulation(4) { RequestsPerSecond = 0, ProbeInterval = null };
        var health = quiet.Nodes[Sick].Sources.Begin(SourceKind.GrpcHealth, TimeSpan.FromSeconds(3));
        for (var i = 0; i < 3; i++)
        {
            health.Say(new NodeWord { Condition = NodeCondition.Down, Text = "down" }, quiet.Engine.Time.GetTimestamp());
            quiet.RunSeconds(1);
        }

        Assert.Equal((NodeState.Evacuated, MigrationReason.Failed), (quiet.State(Sick), quiet.Nodes[Sick].Health.Reason));
        Assert.Equal("grpc-health says down", quiet.Nodes[Sick].Health.Evidence[0].Text);
    }

    [Fact]
    public void SaidDownOfAll_NothingIsAnswered_FailsNobody()
    {
        using var quiet = new ClusterSimulation(2) { RequestsPerSecond = 0, ProbeInterval = null };
        var all = quiet.Nodes.Select(node => node.Sources.Begin(SourceKind.GrpcHealth, TimeSpan.FromSeconds(3))).ToArray();
        for (var i = 0; i < 5; i++)
        {
            foreach (var health in all)
                health.Say(new NodeWord { Condition = NodeCondition.Down, Text = "down" }, quiet.Engine.Time.GetTimestamp());
            quiet.RunSeconds(1);
        }

        Assert.All(quiet.Nodes, node => Assert.Equal(NodeState.Healthy, node.Health.State));
    }

    [Fact]
    public void SaidDegraded_IsSuspectAndKeepsItsFlows()
    {
        var health = Begin(SourceKind.GrpcHealth);

        Say(health, NodeCondition.Degraded, seconds: 5);
        Assert.Equal((NodeState.Suspect, 1.0), (_simulation.State(Sick), _simulation.Share(Sick)));
        Say(health, NodeCondition.Up, seconds: 10);

        Assert.Equal(NodeState.Healthy, _simulation.State(Sick));
    }

    [Fact]
    public void Leaving_Announced_IsEvacuatedUntilItIsWithdrawn()
    {
        var agent = Begin(SourceKind.AgentCheck);
        agent.Say(new NodeWord { IsLeaving = true, Text = "drain" }, Now);

        _simulation.RunSeconds(5);
        Assert.Equal((NodeState.Evacuated, MigrationReason.Drained, 0.0), (_simulation.State(Sick), Node.Health.Reason, _simulation.Share(Sick)));
        _simulation.RunSeconds(600);
        Assert.Equal(NodeState.Evacuated, _simulation.State(Sick));

        agent.Say(new NodeWord { Condition = NodeCondition.Up, Text = "ready" }, Now);
        _simulation.RunSeconds(0.2);
        Assert.Equal(NodeState.Probation, _simulation.State(Sick));
        _simulation.RunUntil(() => _simulation.State(Sick) == NodeState.Healthy, 120);
    }

    [Fact]
    public void Leaving_OperatorRestores_TakesFlowsAgain()
    {
        Begin(SourceKind.AgentCheck).Say(new NodeWord { IsLeaving = true, Text = "drain" }, Now);
        _simulation.RunSeconds(5);

        Node.Wish(OperatorWish.Restore);
        _simulation.RunSeconds(60);

        Assert.Equal((NodeState.Healthy, 1.0), (_simulation.State(Sick), _simulation.Share(Sick)));
    }

    [Fact]
    public void Leaving_WithdrawnWhileAnOperatorHoldsIt_StaysAway()
    {
        var agent = Begin(SourceKind.AgentCheck);
        agent.Say(new NodeWord { IsLeaving = true, Text = "drain" }, Now);
        _simulation.RunSeconds(5);
        Node.Wish(OperatorWish.Evacuate);
        _simulation.RunSeconds(5);

        agent.Say(new NodeWord { Condition = NodeCondition.Up, Text = "ready" }, Now);
        _simulation.RunSeconds(60);

        Assert.Equal((NodeState.Evacuated, MigrationReason.Operator), (_simulation.State(Sick), Node.Health.Reason));
    }

    [Fact]
    public void Contradictions_OfTwoMeasures_AreToldWhereTheyAreFarApart()
    {
        Begin(SourceKind.Orca).Report(new LoadReport { CpuUtilization = 0.95, MemoryUtilization = 0.3 }, Now);
        Begin(SourceKind.Metrics).Report(new LoadReport { CpuUtilization = 0.05, MemoryUtilization = 0.4 }, Now);

        Assert.Equal(["orca says cpu 0.95, metrics says 0.05"], Contradicting());
    }

    private Node Node => _simulation.Nodes[Sick];

    private long Now => _simulation.Engine.Time.GetTimestamp();

    private SourceReadings Begin(SourceKind kind) => Node.Sources.Begin(kind, TimeSpan.FromSeconds(3));

    private void Say(SourceReadings source, NodeCondition condition, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            source.Say(new NodeWord { Condition = condition, Text = condition.ToString().ToLowerInvariant() }, Now);
            _simulation.RunSeconds(1);
        }
    }

    private double Value(string component) => Node.Health.Components.Single(found => found.Name == component).Value;

    private IReadOnlyList<string> Contradicting() => Contradictions.Of(Node, Node.Health.Answers, Now, _simulation.Engine.Time.TimestampFrequency);
}
