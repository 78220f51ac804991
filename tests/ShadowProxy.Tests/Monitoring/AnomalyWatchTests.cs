using ShadowProxy.Monitoring;
using ShadowProxy.Monitoring.Detection;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Monitoring;

public sealed class AnomalyWatchTests : IDisposable
{
    private const int Sick = 0;

    private readonly ClusterSimulation _cluster = new(nodes: 4) { RequestsPerSecond = 400 };
    private readonly List<Evidence> _unusual = [];

    public AnomalyWatchTests()
    {
        _cluster.Cpu = node => (IsUnusual(node) ? 0.5 : 0.4) + (0.02 * _cluster.Gaussian());
        _cluster.Answer = (node, _) => IsUnusual(node) && _cluster.Chance(0.02) ? (Outcome.ServerError, 10) : _cluster.Well(IsUnusual(node) ? 1.4 : 1);
        _cluster.AfterTick = () => _unusual.AddRange(_cluster.Nodes[Sick].Health.Evidence.Where(evidence => evidence.Signal == "anomaly"));
    }

    private Func<int, bool> IsUnusual { get; set; } = _ => false;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Observe_YoungNode_SaysThatItLearns()
    {
        _cluster.RunSeconds(5);

        var status = AnomalyWatch.Tell(_cluster.Nodes[Sick].Health.Anomaly!.Value);
        Assert.True(double.IsNaN(status.Threshold));
        Assert.Contains("learning what is normal", status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_SeveralSignalsMoveALittle_MakesTheNodeSuspectAtMost()
    {
        Learn();
        IsUnusual = node => node == Sick;
        _cluster.RunUntil(() => _cluster.State(Sick) == NodeState.Suspect && _unusual.Count > 0, mostSeconds: 120);
        _cluster.RunMinutes(3);

        Assert.Equal((NodeState.Suspect, 1.0), (_cluster.WorstState(Sick), _cluster.LowestShare(Sick)));
        Assert.All(_unusual, evidence => Assert.True(evidence.Value >= evidence.Threshold && evidence.Text.Contains("looks unusual", StringComparison.Ordinal)));
        Assert.Contains("√", AnomalyWatch.Tell(_cluster.Nodes[Sick].Health.Anomaly!.Value).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_ThreadPoolStarves_LooksUnusualByIt()
    {
        var starved = false;
        _cluster.NamedMetrics = node => new()
        {
            ["thread_pool_wait_ms"] = (node == Sick && starved ? 500 : 1) + (_cluster.Chance(0.5) ? 1 : 0),
            ["thread_pool_queue"] = (node == Sick && starved ? 300 : 1) + (_cluster.Chance(0.5) ? 1 : 0),
            ["connections"] = (node == Sick && starved ? 400 : 40) + (_cluster.Chance(0.5) ? 1 : 0),
        };
        Learn();
        starved = true;

        _cluster.RunUntil(() => _cluster.State(Sick) == NodeState.Suspect && _unusual.Count > 0, mostSeconds: 60);

        Assert.Matches("by (thread_pool_wait_ms|thread_pool_queue|connections) most", _unusual[0].Text);
        Assert.Equal(NodeState.Suspect, _cluster.WorstState(Sick));
    }

    [Fact]
    public void Observe_AllNodesMoveAlike_SpeaksAgainstNone()
    {
        Learn();
        IsUnusual = _ => true;
        _cluster.RunMinutes(3);

        // Chance may set one apart for a second.
        Assert.InRange(_unusual.Count, 0, 180);
        Assert.All(_cluster.Nodes, node => Assert.Equal(1, node.Health.AdmittedShare));
    }

    [Fact]
    public void Observe_NothingMoves_SaysNothing()
    {
        Learn();
        _cluster.RunMinutes(10);

        Assert.Empty(_unusual);
    }

    private void Learn() => _cluster.Run(TimeSpan.FromSeconds(NodeDetector.MatureSeconds + 600));
}
