using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Sources;

namespace ShadowProxy.Tests.Monitoring;

/// <summary>A node that announces that it is about to stop.</summary>
public sealed class AnnouncedDrainTests
{
    private const double Ramp = 2.5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Report_SaysDraining_FlowsLeaveAtOnceForThatReason(int nodes)
    {
        using var cluster = new ClusterSimulation(nodes);
        cluster.RunSeconds(5);

        Report(cluster, 0, draining: 1);
        cluster.RunSeconds(0.2);
        Assert.Equal((NodeState.Evacuating, MigrationReason.Drained), (cluster.State(0), cluster.Nodes[0].Health.Reason));
        cluster.RunSeconds(Ramp);

        Assert.Equal((NodeState.Evacuated, MigrationReason.Drained, 0), (cluster.State(0), cluster.Nodes[0].Health.Reason, cluster.Share(0)));
        Assert.Equal("answers says draining", cluster.Nodes[0].Health.Evidence[0].Text);
        var received = cluster.Received[0];
        cluster.RunSeconds(1);
        Assert.Equal(nodes > 1, received == cluster.Received[0]);
        Assert.All(Enumerable.Range(1, nodes - 1), node => Assert.Equal(NodeState.Healthy, cluster.State(node)));
    }

    [Fact]
    public void Report_AllButOneDrain_AllOfThemGo()
    {
        using var cluster = new ClusterSimulation(4);
        cluster.RunSeconds(5);

        for (var node = 0; node < 3; node++)
            Report(cluster, node, draining: 1);
        cluster.RunSeconds(Ramp);

        Assert.All(Enumerable.Range(0, 3), node => Assert.Equal(NodeState.Evacuated, cluster.State(node)));
        Assert.Equal(0, cluster.Panics);
    }

    [Fact]
    public void Report_SaysItStays_IsTriedAtOnce()
    {
        using var cluster = new ClusterSimulation(4);
        cluster.RunSeconds(5);
        Report(cluster, 0, draining: 1);
        cluster.RunSeconds(Ramp);

        Report(cluster, 0, draining: 0);
        cluster.RunSeconds(0.2);

        Assert.Equal(NodeState.Probation, cluster.State(0));
        cluster.RunUntil(() => cluster.State(0) == NodeState.Healthy, 100);
    }

    [Fact]
    public void Report_SaysNothingOfIt_UndoesNothing()
    {
        using var cluster = new ClusterSimulation(4);
        cluster.RunSeconds(5);
        Report(cluster, 0, draining: 1);

        for (var second = 0; second < 25; second++)
        {
            cluster.Nodes[0].Accept(new LoadReport { CpuUtilization = 0.2 }, cluster.Engine.Time.GetTimestamp());
            cluster.RunSeconds(1);
        }

        Assert.Equal(NodeState.Evacuated, cluster.State(0));
    }

    [Fact]
    public void Announcement_NotRepeated_NodeIsTriedAfterASilence()
    {
        using var cluster = new ClusterSimulation(4);
        cluster.RunSeconds(5);
        Report(cluster, 0, draining: 1);
        cluster.RunSeconds(25);
        Report(cluster, 0, draining: 1);

        cluster.RunSeconds(29.5);
        Assert.Equal(NodeState.Evacuated, cluster.State(0));
        cluster.RunSeconds(1);
        Assert.Equal(NodeState.Probation, cluster.State(0));
    }

    [Fact]
    public void Announcement_InSeveralWays_EachIsTakenBackByItself()
    {
        using var cluster = new ClusterSimulation(4);
        var agent = cluster.Nodes[0].Sources.Begin(SourceKind.AgentCheck, TimeSpan.FromSeconds(3));
        cluster.RunSeconds(5);
        agent.Say(new NodeWord { IsLeaving = true, Text = "drain" }, cluster.Engine.Time.GetTimestamp());
        Report(cluster, 0, draining: 1);
        Report(cluster, 0, draining: 0);

        cluster.RunSeconds(60);
        Assert.Equal(NodeState.Evacuated, cluster.State(0));
        agent.Say(new NodeWord { Text = "ready" }, cluster.Engine.Time.GetTimestamp());
        cluster.RunSeconds(0.2);
        Assert.Equal(NodeState.Probation, cluster.State(0));
    }

    [Fact]
    public void Node_StopsAfterItsAnnouncement_IsDeadOnceThatHasExpiredAndComesBackWhenItAnswersProbes()
    {
        var alive = true;
        using var cluster = new ClusterSimulation(4) { IsAlive = node => node != 0 || alive };
        cluster.RunSeconds(5);
        Report(cluster, 0, draining: 1);
        cluster.RunSeconds(Ramp);

        alive = false;
        cluster.RunUntil(() => cluster.Nodes[0].Health.IsDead, 10);
        cluster.RunUntil(() => cluster.Nodes[0].Health.Reason == MigrationReason.Failed, 40);
        alive = true;
        cluster.RunUntil(() => cluster.State(0) == NodeState.Healthy, 200);

        Assert.Equal(
            ["Healthy>Evacuating", "Evacuating>Evacuated", "Evacuated>Evacuated", "Evacuated>Probation", "Probation>Healthy"],
            cluster.StateChanges.Where(change => change.Node == cluster.Nodes[0].Id).Select(change => $"{change.From}>{change.To}"));
    }

    private static void Report(ClusterSimulation cluster, int node, double draining) => cluster.Nodes[node].Accept(
        new LoadReport { NamedMetrics = new Dictionary<string, double> { ["draining"] = draining } }, cluster.Engine.Time.GetTimestamp());
}
