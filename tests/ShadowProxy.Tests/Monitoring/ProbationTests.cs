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
