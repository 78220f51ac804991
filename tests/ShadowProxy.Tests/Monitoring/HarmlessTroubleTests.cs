using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Monitoring;

/// <summary>What must move nobody, over ten minutes of simulated time.</summary>
public sealed class HarmlessTroubleTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void AllNodesSlowerTogether_NobodyMoves(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes);
        var slower = 1.0;
        simulation.Answer = (_, _) => simulation.Well(slower);
        simulation.RunMinutes(2);
        slower = 5;
        simulation.RunMinutes(4);
        slower = 20;
        simulation.RunMinutes(4);

        AssertNobodyMoved(simulation);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void OneSlowAnswerIn200_NobodyMoves(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes);
        simulation.Answer = (_, _) => simulation.Chance(1.0 / 200) ? (Outcome.Answered, 110) : simulation.Well();
        simulation.RunMinutes(10);

        AssertNobodyMoved(simulation);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void OneAnswerIn100Overtaken_AsManyAsAreByDefinition_NobodyMoves(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes);
        simulation.Answer = (_, _) => simulation.Chance(1.0 / 100) ? (Outcome.Overtaken, 26) : simulation.Well();
        simulation.RunMinutes(10);

        AssertNobodyMoved(simulation);
    }

    [Fact]
    public void OneClientProvokes500sOnEachNode_NobodyIsEvacuated()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Answer = (_, session) => session == 7 ? (Outcome.ServerError, 10) : simulation.Well();
        simulation.RunMinutes(10);

        Assert.All(Enumerable.Range(0, 4), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Fact]
    public void CpuFullFromTheStart_NobodyMoves()
    {
        using var simulation = new ClusterSimulation(4) { Cpu = node => node == 0 ? 0.99 : 0.3 };
        simulation.RunMinutes(10);

        AssertNobodyMoved(simulation);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void CpuRampOnAllNodes_NobodyMoves(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes);
        simulation.Cpu = _ => CpuRamp(simulation.Seconds - 60) + (0.01 * simulation.Gaussian());
        simulation.RunMinutes(10);

        AssertNobodyMoved(simulation);
    }

    [Fact]
    public void CpuStepThatStaysFlat_KeepsItsFlows()
    {
        using var simulation = new ClusterSimulation(4);
        simulation.Cpu = node => (node == 0 && simulation.Seconds > 60 ? 0.55 : 0.3) + (0.01 * simulation.Gaussian());
        simulation.RunMinutes(10);

        Assert.True(simulation.LowestShare(0) > 0, $"share fell to {simulation.LowestShare(0)}");
        Assert.All(Enumerable.Range(1, 3), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CpuNoiseForAnHour_NobodyMoves(int seed)
    {
        using var simulation = new ClusterSimulation(4, seed) { RequestsPerSecond = 50, Sessions = 100 };
        simulation.Cpu = _ => Math.Clamp(0.5 + (0.08 * simulation.Gaussian()), 0, 1);
        simulation.RunMinutes(60);

        Assert.All(Enumerable.Range(0, 4), node => Assert.Equal(1, simulation.LowestShare(node)));
        Assert.Equal(0, simulation.Engine.Events.Migrated);
    }

    [Fact]
    public void ProbesDeadEverywhere_NobodyMoves()
    {
        using var simulation = new ClusterSimulation(4) { RequestsPerSecond = 0 };
        // No request says otherwise.
        simulation.IsAlive = _ => simulation.Seconds < 30;
        simulation.RunMinutes(5);

        AssertNobodyMoved(simulation);
    }

    [Fact]
    public void ProbesDead_WhileRequestsAreAnswered_NobodyMoves()
    {
        using var simulation = new ClusterSimulation(4);
        // What stands between proxy and node eats the probes, and lets the requests through.
        simulation.IsAlive = node => node != 0 || simulation.Seconds < 30;
        simulation.RunMinutes(10);

        AssertNobodyMoved(simulation);
    }

    [Theory]
    [InlineData(2, 4, 10)]
    [InlineData(2, 4, 15)]
    [InlineData(4, 4, 13)]
    [InlineData(4, 20, 14)]
    [InlineData(4, 60, 10)]
    [InlineData(4, 400, 1)]
    public void WidelyScatteredLatency_NobodyMoves(int nodes, int requestsPerSecond, int seed)
    {
        // The slowest of a hundred answers takes ten times as long as the median.
        using var simulation = new ClusterSimulation(nodes, seed) { RequestsPerSecond = requestsPerSecond, NewSessionsPerSecond = 0.5 };
        simulation.Answer = (_, _) => (Outcome.Answered, 20 * Math.Exp(simulation.Gaussian()));
        simulation.RunMinutes(requestsPerSecond > 100 ? 10 : 60);

        Assert.All(Enumerable.Range(0, nodes), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void OneNodeDies_TheOthersAreBusierAndStay(int nodes)
    {
        using var simulation = new ClusterSimulation(nodes);
        double Load(int node) => simulation.Nodes[node].Health.RequestRate / simulation.RequestsPerSecond * nodes;
        simulation.Cpu = node => node == 0 && simulation.Seconds > 60 ? double.NaN : (0.45 * Load(node)) + (0.01 * simulation.Gaussian());
        simulation.Answer = (node, _) => node == 0 && simulation.Seconds > 60
            ? (Outcome.ConnectRefused, double.NaN)
            : simulation.Well(Math.Max(1, Load(node) * Load(node)));
        simulation.IsAlive = node => node > 0 || simulation.Seconds < 60;
        simulation.RunMinutes(10);

        Assert.True(simulation.Nodes[0].Health.IsDead);
        Assert.All(Enumerable.Range(1, nodes - 1), node => Assert.Equal(1, simulation.LowestShare(node)));
    }

    [Fact]
    public void TrafficGrowsTenfold_NobodyMoves()
    {
        using var simulation = new ClusterSimulation(4) { Sessions = 400 };
        simulation.Cpu = _ => Math.Min(0.95, 0.1 + (0.085 * Math.Clamp((simulation.Seconds - 60) / 6, 0, 10))) + (0.01 * simulation.Gaussian());
        simulation.Answer = (_, _) => simulation.Well(1 + Math.Clamp((simulation.Seconds - 60) / 30, 0, 3));
        simulation.RunMinutes(5);

        AssertNobodyMoved(simulation);
    }

    [Fact]
    public void ClusterOfOne_SoftTrouble_KeepsItsFlows()
    {
        using var simulation = new ClusterSimulation(1);
        simulation.Cpu = _ => CpuRamp(simulation.Seconds - 60);
        simulation.Answer = (_, _) => simulation.Seconds > 90 ? simulation.Well(30) : simulation.Well();
        simulation.RunMinutes(5);

        Assert.Equal(1, simulation.LowestShare(0));
    }

    /// <summary>From 0.3 to 0.98 in 10 s.</summary>
    internal static double CpuRamp(double seconds) => Math.Clamp(0.3 + (0.068 * seconds), 0.3, 0.98);

    private static void AssertNobodyMoved(ClusterSimulation simulation)
    {
        Assert.Equal(0, simulation.Engine.Events.Migrated);
        Assert.All(Enumerable.Range(0, simulation.Nodes.Length), node => Assert.InRange(simulation.WorstState(node), NodeState.Healthy, NodeState.Suspect));
    }
}
