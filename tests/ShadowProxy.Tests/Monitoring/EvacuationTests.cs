using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Monitoring;

/// <summary>What must move flows, and how fast.</summary>
public sealed class EvacuationTests
{
    private const double Settling = 60;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void OneNodeSlower_ReportingNothing_IsEvacuated(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes) { RequestsPerSecond = 25 * nodes };
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds > Settling ? 3 : 1);
        simulation.RunSeconds(Settling);
        var before = simulation.Received[0];

        simulation.RunUntil(() => simulation.Share(0) < 1, 5);
        var slowBeforeFirstMove = simulation.Received[0] - before;
        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 10);

        // At 25 requests a second.
        Assert.InRange(slowBeforeFirstMove, 1, 99);
        Assert.Equal(MigrationReason.Degraded, simulation.Nodes[0].Health.Reason);
        Assert.All(Enumerable.Range(1, nodes - 1), node => Assert.Equal(1, simulation.LowestShare(node)));
        var received = simulation.Received[0];
        simulation.RunSeconds(10);
        Assert.Equal(received, simulation.Received[0]);
        Assert.Equal(0, simulation.Engine.Events.MigratedWhileHealthy);
    }

    [Fact]
    public void OneNodeSlower_LessSoOnceFlowsLeave_AllLeave()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Answer = (node, _) => simulation.Well(node != 0 || simulation.Seconds <= Settling ? 1 : simulation.Share(0) < 1 ? 1.65 : 2.2);
        simulation.RunSeconds(Settling);

        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 10);

        Assert.All(Enumerable.Range(1, 3), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Theory]
    [InlineData(4, 4, 10, 60)]
    [InlineData(4, 20, 4, 30)]
    [InlineData(4, 60, 4, 8)]
    [InlineData(4, 1000, 3, 4)]
    public void OneNodeSlower_AnyTraffic_IsEvacuatedTheSoonerTheMore(int nodes, int requestsPerSecond, double slower, double mostSeconds)
    {
        using var simulation = new ClusterSimulation(nodes) { RequestsPerSecond = requestsPerSecond };
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds > 120 ? slower : 1);
        simulation.RunSeconds(120);

        simulation.RunUntil(() => simulation.Share(0) < 1, mostSeconds);

        Assert.All(Enumerable.Range(1, nodes - 1), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Theory]
    [InlineData(10, 0.5, 20)]
    [InlineData(200, 0.2, 5)]
    [InlineData(1000, 0.1, 6)]
    public void OneNodeFailsSome_AnyTraffic_IsEvacuated(int requestsPerSecond, double share, double mostSeconds)
    {
        using var simulation = new ClusterSimulation(4) { RequestsPerSecond = requestsPerSecond };
        simulation.Answer = (node, _) => node == 0 && simulation.Seconds > 120 && simulation.Chance(share) ? (Outcome.ServerError, 10) : simulation.Well();
        simulation.RunSeconds(120);

        simulation.RunUntil(() => simulation.Share(0) < 1, mostSeconds);
    }

    [Fact]
    public void OneNodeFailsHalf_IsEvacuated()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Answer = (node, _) => node == 0 && simulation.Seconds > Settling && simulation.Chance(0.5)
            ? (Outcome.ServerError, 10)
            : simulation.Well();
        simulation.RunSeconds(Settling);

        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 5);

        Assert.Equal(MigrationReason.Degraded, simulation.Nodes[0].Health.Reason);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void CpuRamp_WhileAnswersAreFast_FlowsLeaveBeforeTheLimit(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes);
        simulation.Cpu = node => (node == 0 ? HarmlessTroubleTests.CpuRamp(simulation.Seconds - Settling) : 0.3) + (0.005 * simulation.Gaussian());
        simulation.RunSeconds(Settling);
        var shares = new List<double>();
        simulation.AfterTick = () => shares.Add(simulation.Share(0));

        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuating, 10);

        Assert.True(HarmlessTroubleTests.CpuRamp(simulation.Seconds - Settling) < 0.9);
        Assert.Equal(MigrationReason.Predicted, simulation.Nodes[0].Health.Reason);
        simulation.RunUntil(() => simulation.Share(0) == 0, 15);
        Assert.True(shares.Distinct().Count() >= 8, "the share is to fall over several ticks");
        Assert.Equal(shares.OrderDescending(), shares);
    }

    [Fact]
    public void CpuRamp_ForecastsMuted_MovesNobodyUntilTheyCountAgain()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Cpu = node => node == 0 ? HarmlessTroubleTests.CpuRamp(simulation.Seconds - Settling) : 0.3;
        simulation.RunSeconds(Settling);
        simulation.Nodes[0].ForecastsMutedUntil = simulation.Engine.Tables.Clock.Seconds + 30;

        simulation.RunSeconds(29);
        Assert.Equal(1, simulation.LowestShare(0));
        Assert.True(simulation.Nodes[0].Health.Forecast.Probability > 0.9);

        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuating, 5);
        Assert.Equal(MigrationReason.Predicted, simulation.Nodes[0].Health.Reason);
    }

    [Fact]
    public void CpuFallsWithTheTraffic_ShareDoesNotRiseBeforeTheHold()
    {
        using var simulation = new ClusterSimulation(4);
        // What the node reports follows the traffic that it has left.
        simulation.Cpu = node => node == 0 ? HarmlessTroubleTests.CpuRamp(simulation.Seconds - Settling) * simulation.Share(0) : 0.3;
        simulation.RunSeconds(Settling);
        simulation.RunUntil(() => simulation.Share(0) < 1, 10);
        var lowest = 1.0;
        var began = simulation.Seconds;
        while (simulation.Seconds < began + 29)
        {
            simulation.RunSeconds(0.1);
            Assert.True(simulation.Share(0) <= lowest, $"rose from {lowest} to {simulation.Share(0)} after {simulation.Seconds - began} s");
            lowest = simulation.Share(0);
        }
    }

    [Fact]
    public void ConnectRefused_NodeWasAwayAlready_ItsDeathIsTold()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.RunSeconds(10);
        simulation.Answer = (node, _) => node == 0 ? (Outcome.Answered, 100) : simulation.Well();
        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 30);

        simulation.Nodes[0].Traffic.Record(1, Outcome.ConnectRefused, double.NaN, 10, simulation.Engine.Tables.Clock.Seconds);
        simulation.RunSeconds(0.1);

        Assert.Equal(("n0", "Evacuated", "Evacuated"), simulation.StateChanges.Last());
        Assert.Equal(MigrationReason.Failed, simulation.Nodes[0].Health.Reason);
    }

    [Fact]
    public void ConnectRefused_NodeIsGoneAtTheNextTick()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.RunSeconds(10);

        simulation.Nodes[0].Traffic.Record(1, Outcome.ConnectRefused, double.NaN, 10, simulation.Engine.Tables.Clock.Seconds);
        simulation.RunSeconds(0.1);

        var health = simulation.Nodes[0].Health;
        Assert.Equal((NodeState.Evacuated, MigrationReason.Failed, true, 0.0), (health.State, health.Reason, health.IsDead, health.AdmittedShare));
        var received = simulation.Received[0];
        simulation.RunSeconds(20);
        Assert.Equal(received, simulation.Received[0]);
    }

    [Fact]
    public void TwoDeadProbes_NodeIsGone()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.IsAlive = node => node != 0 || simulation.Seconds < 10;
        // Its requests get no answer either; nothing else is known of them.
        simulation.Answer = (node, _) => simulation.IsAlive(node) ? simulation.Well() : (Outcome.Abandoned, double.NaN);
        simulation.RunSeconds(10);

        Assert.InRange(simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 3), 1, 2.1);

        Assert.True(simulation.Nodes[0].Health.IsDead);
        Assert.All(Enumerable.Range(1, 3), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ConnectsFailed_NodeLivesAgain_ComesBackByProbation(bool refused)
    {
        var outcome = refused ? Outcome.ConnectRefused : Outcome.ConnectFailed;
        using var simulation = new ClusterSimulation(4);
        simulation.IsAlive = node => node != 0 || simulation.Seconds is < 10 or > 40;
        simulation.Answer = (node, _) => node == 0 && simulation.Seconds is > 10 and < 40 ? (outcome, double.NaN) : simulation.Well();
        simulation.RunSeconds(20);
        Assert.Equal(NodeState.Evacuated, simulation.State(0));

        simulation.RunUntil(() => simulation.State(0) == NodeState.Probation, 40);
        simulation.RunUntil(() => simulation.State(0) == NodeState.Healthy, 120);

        Assert.False(simulation.Nodes[0].Health.IsDead);
    }

    [Fact]
    public void RequestsHang_SeenBeforeTheyEnd()
    {
        using var simulation = new ClusterSimulation(4) { ProbeInterval = null };
        var hung = 0;
        simulation.Answer = (node, session) =>
        {
            if (node != 0 || simulation.Seconds <= Settling)
                return simulation.Well();
            simulation.Nodes[0].Traffic.Waiting.Enter(Nodes.TestEngine.Flow(session).Low, simulation.Engine.Time.GetTimestamp(), 10);
            hung++;
            // Nothing is known of it yet.
            return (Outcome.Abandoned, double.NaN);
        };
        simulation.RunSeconds(Settling);

        var took = simulation.RunUntil(() => simulation.Share(0) < 1, 5);

        Assert.InRange(took, 0.1, 2);
        Assert.InRange(hung, 1, 100);
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void RequestsHang_OthersOvertakeThem_EvacuatedAboutAsSoonAsWithout(double share)
    {
        var without = TimeToEvacuation(share, hedged: 0);
        var with = TimeToEvacuation(share, hedged: 0.7);
        var all = TimeToEvacuation(share, hedged: 1);

        // A request that hangs counts as long as it waits, one that was overtaken once.
        Assert.All([with, all], took => Assert.InRange(took, 0.1, Math.Min(3, without + 1.5)));
    }

    /// <summary>Seconds from the first hang on a node to the first flow that leaves it.</summary>
    /// <param name="share">The share of its requests that hang.</param>
    /// <param name="hedged">The share of requests that may go to a second node.</param>
    private static double TimeToEvacuation(double share, double hedged)
    {
        using var simulation = new ClusterSimulation(4) { ProbeInterval = null, RequestsPerSecond = 120 };
        simulation.Answer = (node, session) =>
        {
            if (node != 0 || simulation.Seconds <= Settling || !simulation.Chance(share))
                return simulation.Well();
            if (simulation.Chance(hedged) && simulation.Engine.Cluster.Hedges.TryTake())
                return (Outcome.Overtaken, 30);
            simulation.Nodes[0].Traffic.Waiting.Enter(Nodes.TestEngine.Flow(session).Low, simulation.Engine.Time.GetTimestamp(), 10);
            return (Outcome.Abandoned, double.NaN);
        };
        simulation.RunSeconds(Settling);
        var took = simulation.RunUntil(() => simulation.Share(0) < 1, 10);
        Assert.All(Enumerable.Range(1, 3), node => Assert.Equal(1, simulation.LowestShare(node)));
        return took;
    }

    [Fact]
    public void TwoOfFourSick_OneThirdBound_OneStaysAndPanicIsToldOnce()
    {
        using var simulation = new ClusterSimulation(4);
        // One after the other, so that neither excuses the other as a thing that all share.
        simulation.Answer = (node, _) => simulation.Well((node == 0 && simulation.Seconds > 60) || (node == 1 && simulation.Seconds > 64) ? 4 : 1);
        simulation.RunSeconds(85);

        Assert.Equal(NodeState.Evacuated, simulation.WorstState(0));
        Assert.Equal(1, simulation.LowestShare(1));
        Assert.Equal(NodeState.Suspect, simulation.WorstState(1));
        Assert.Equal(1, simulation.Panics);
    }

    [Fact]
    public void OneNodeSlower_OthersAreFull_ItsFlowsStayUntilThereIsRoom()
    {
        using var simulation = new ClusterSimulation(4);
        var others = 0.95;
        simulation.Cpu = node => node == 0 ? 0.5 : others;
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds > Settling ? 4 : 1);
        simulation.RunSeconds(Settling + 20);

        Assert.Equal(0, simulation.Engine.Events.Migrated);
        Assert.Equal((NodeState.Evacuating, 1.0), (simulation.State(0), simulation.LowestShare(0)));
        var panic = Assert.Single(simulation.Engine.Events.Events, told => told.Name == "shadowproxy.cluster.panic");
        Assert.Contains("n0 should be evacuated", panic.Text, StringComparison.Ordinal);
        Assert.Contains("room", panic.Text, StringComparison.Ordinal);

        others = 0.5;
        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 10);
        simulation.RunSeconds(10);
        Assert.Equal(0, simulation.Nodes[0].Flows);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void OneNodeSlower_NobodyReports_ItsShareIsGoneAfterTwoSecondsAndItsFlowsWithIt(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes);
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds > Settling ? 4 : 1);
        // Requests in flight, so that nothing says how many more there could be.
        foreach (var node in simulation.Nodes)
        {
            for (var i = 0; i < 10; i++)
                node.BeginRequest();
        }

        simulation.RunSeconds(Settling);
        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuating, 5);

        Assert.InRange(simulation.RunUntil(() => simulation.Share(0) == 0, 5), 1.8, 2.2);

        // Each session asks once a second, on average.
        simulation.RunSeconds(10);
        Assert.Equal(0, simulation.Nodes[0].Flows);
    }

    [Fact]
    public void OneNodeSlower_OthersWorsenWithItsFlows_ItsShareHoldsAndThisIsTold()
    {
        using var simulation = new ClusterSimulation(4);
        var usual = new long[4];
        simulation.Answer = (node, _) => simulation.Well(
            simulation.Seconds <= Settling ? 1 : node == 0 ? 4 : simulation.Nodes[node].Flows > usual[node] ? 12 : 1);
        simulation.RunSeconds(Settling);
        usual = [.. simulation.Nodes.Select(node => node.Flows)];
        simulation.RunSeconds(20);

        Assert.Equal(NodeState.Evacuating, simulation.State(0));
        Assert.InRange(simulation.Share(0), 0.01, 0.9);
        Assert.InRange(simulation.Nodes[0].Flows, 1, usual[0] - 1);
        Assert.Equal(1, simulation.Panics);
        Assert.All(Enumerable.Range(1, 3), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Fact]
    public void TwoOfFourDead_BothGo()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Answer = (node, _) => node < 2 && simulation.Seconds > 10 ? (Outcome.ConnectRefused, double.NaN) : simulation.Well();
        simulation.RunSeconds(12);

        Assert.All([0, 1], node => Assert.True(simulation.Nodes[node].Health.IsDead));
        Assert.Equal(0, simulation.Panics);
    }

    [Fact]
    public void Operator_EvacuatesAndRestores()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.RunSeconds(5);
        simulation.Nodes[2].Wish(OperatorWish.Evacuate);

        Assert.InRange(simulation.RunUntil(() => simulation.State(2) == NodeState.Evacuated, 20), 5, 11);
        Assert.Equal(MigrationReason.Operator, simulation.Nodes[2].Health.Reason);
        simulation.RunMinutes(15);
        Assert.Equal(NodeState.Evacuated, simulation.State(2));

        simulation.Nodes[2].Wish(OperatorWish.Restore);
        simulation.RunSeconds(0.1);
        Assert.Equal((NodeState.Healthy, 1.0), (simulation.State(2), simulation.Share(2)));
    }

    [Fact]
    public void Baseline_WhileEvacuated_IsFrozen()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Cpu = node => node == 0 ? HarmlessTroubleTests.CpuRamp(simulation.Seconds - Settling) : 0.3;
        simulation.RunMinutes(6);

        // Its CPU stayed at 0.98 all the time: had the node got used to it, it would be healthy now.
        Assert.NotEqual(NodeState.Healthy, simulation.State(0));
        Assert.Equal(0, simulation.LowestShare(0));
    }
}
