using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Monitoring;

public sealed class ProbationTests
{
    [Fact]
    public void NodeWellAgain_ReturnsInStagesAfterTheHold()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds is > 60 and < 70 ? 4 : 1);
        simulation.RunSeconds(60);
        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 10);

        Assert.Equal(30, simulation.RunUntil(() => simulation.State(0) == NodeState.Probation, 40), 0.2);
        var shares = new List<double> { simulation.Share(0) };
        simulation.AfterTick = () =>
        {
            if (shares[^1] != simulation.Share(0))
                shares.Add(simulation.Share(0));
        };
        simulation.RunUntil(() => simulation.State(0) == NodeState.Healthy, 150);

        Assert.Equal([0.1, 0.3, 0.6, 1], shares);
    }

    [Fact]
    public void Relapses_DoubleTheHoldUpToTenMinutes()
    {
        using var simulation = new ClusterSimulation(4) { NewSessionsPerSecond = 20 };
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds > 60 ? 6 : 1);
        simulation.RunSeconds(60);
        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 10);

        var holds = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            holds.Add(Math.Round(simulation.RunUntil(() => simulation.State(0) == NodeState.Probation, 610)));
            simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 60);
        }

        Assert.Equal([30, 60, 120, 240, 480, 600, 600], holds);
        Assert.All(Enumerable.Range(1, 3), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(700, 30)]
    public void SickAgainAfterItsReturn_SoonMeansTwiceTheHold(double secondsWell, double expectedHold)
    {
        using var simulation = new ClusterSimulation(4) { NewSessionsPerSecond = 20 };
        var slower = 1.0;
        simulation.Answer = (node, _) => simulation.Well(node == 0 ? slower : 1);
        simulation.RunSeconds(60);
        foreach (var hold in new[] { 30, expectedHold })
        {
            slower = 6;
            simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 10);
            slower = 1;
            Assert.Equal(hold, simulation.RunUntil(() => simulation.State(0) == NodeState.Probation, 100), 0.2);
            simulation.RunUntil(() => simulation.State(0) == NodeState.Healthy, 150);
            simulation.RunSeconds(secondsWell);
        }
    }

    [Fact]
    public void Restored_ItsPastIsForgotten()
    {
        using var simulation = new ClusterSimulation(4) { NewSessionsPerSecond = 20 };
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds > 60 ? 6 : 1);
        simulation.RunSeconds(60);
        for (var i = 0; i < 3; i++)
        {
            simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 60);
            Assert.Equal(30, simulation.RunUntil(() => simulation.State(0) == NodeState.Probation, 100), 0.2);
            simulation.Nodes[0].Wish(OperatorWish.Restore);
            simulation.RunSeconds(1);
        }
    }

    [Fact]
    public void FailbackRamp_FlowsReturnStageByStageUntilAllAreHome()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Engine.Cluster.Settings = ClusterSettings.Default with { Failback = FailbackMode.Ramp };
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds is > 60 and < 70 ? 6 : 1);
        simulation.RunSeconds(60);
        var home = simulation.Nodes[0].Flows;
        simulation.RunUntil(() => simulation.State(0) == NodeState.Probation, 60);
        Assert.Equal(0, simulation.Nodes[0].Flows);

        foreach (var share in new[] { 0.1, 0.3, 0.6 })
        {
            simulation.RunUntil(() => simulation.Share(0) == share, 40);
            simulation.RunSeconds(9);
            Assert.Equal(share, simulation.Nodes[0].Flows / (double)home, 0.15);
        }

        simulation.RunUntil(() => simulation.State(0) == NodeState.Healthy, 40);
        simulation.RunSeconds(20);
        Assert.Equal(home, simulation.Nodes[0].Flows);
    }

    [Fact]
    public void OnProbation_NewFlows_ComeSlowly()
    {
        using var simulation = new ClusterSimulation(4) { NewSessionsPerSecond = 50 };
        simulation.Answer = (node, _) => simulation.Well(node == 0 && simulation.Seconds is > 60 and < 70 ? 6 : 1);
        simulation.RunSeconds(60);
        simulation.RunUntil(() => simulation.State(0) == NodeState.Evacuated, 10);

        foreach (var (share, next) in new[] { (0.1, 0.3), (0.3, 0.6), (0.6, 1) })
        {
            simulation.RunUntil(() => simulation.Share(0) == share, 60);
            var (began, beganAll) = (simulation.Nodes[0].Flows, simulation.Nodes.Sum(node => node.Flows));
            simulation.RunUntil(() => simulation.Share(0) == next, 60);
            Assert.Equal(share / (3 + share), (simulation.Nodes[0].Flows - began) / (double)(simulation.Nodes.Sum(node => node.Flows) - beganAll), 0.1);
        }
    }

    [Fact]
    public void Dead_ProbesStayDead_NeverTried()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.IsAlive = node => node != 0 || simulation.Seconds < 10;
        simulation.Answer = (node, _) => simulation.IsAlive(node) ? simulation.Well() : (Outcome.ConnectFailed, double.NaN);
        simulation.RunMinutes(20);

        Assert.Equal(NodeState.Evacuated, simulation.State(0));
        Assert.True(simulation.Nodes[0].Health.IsDead);
    }
}
