using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Tests.Nodes;

/// <summary>The engine without HTTP, on a clock that the test moves and with seeded randomness.</summary>
internal sealed class TestEngine : IDisposable
{
    public const string ClusterId = "orders";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ShadowingMetrics _metrics;
    private readonly Dictionary<string, DestinationState> _destinations = [];

    public TestEngine(int capacity = 10_000, FakeTimeProvider? time = null)
    {
        Time = time ?? new FakeTimeProvider();
        Tables = new FlowTables(capacity, new FlowClock(Time), Registry);
        _metrics = new ShadowingMetrics(Meters);
        Events = new ShadowingEvents(Time, _metrics, NullLogger<ShadowingEvents>.Instance);
        Redirection = new RedirectionEngine(Tables, Registry);
        Router = new FlowRouter(
            Tables, Registry, Redirection, new FailbackRule(Tables, Registry), new TwoChoices(new RandomSource(1)),
            new ReplicaAgreement(Tables, Registry), Events);
        FlowWatch = new FlowWatch(Tables);
        Monitor = new FlowMonitor(Registry, Tables, Time, Events);
        Cluster = Registry.GetOrAddCluster(ClusterId);
    }

    /// <summary>Makes the engine's meters.</summary>
    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public FakeTimeProvider Time { get; }

    public NodeRegistry Registry { get; } = new();

    public FlowTables Tables { get; }

    public ShadowingEvents Events { get; }

    public RedirectionEngine Redirection { get; }

    public FlowRouter Router { get; }

    public FlowWatch FlowWatch { get; }

    public FlowMonitor Monitor { get; }

    public ShadowCluster Cluster { get; }

    public Node[] Nodes => Cluster.Nodes;

    public RouteSettings Route { get; set; } = RouteSettings.Resolve(null, new DefaultsOptions());

    /// <summary>The i-th of many flows whose signatures are as good as random.</summary>
    public static Signature Flow(int i) => new(Mix((ulong)i), Mix((ulong)i ^ 0xABCD_EF01_2345_6789));

    /// <summary>Makes the cluster's nodes n0, n1, …, all of weight 1 and in one layer.</summary>
    public Node[] SetNodes(int count) => SetNodes([.. Enumerable.Range(0, count).Select(i => ($"n{i}", 1.0, 0))]);

    public Node[] SetNodes(params (string Id, double Weight, int Layer)[] nodes)
    {
        Registry.Update(ClusterId, [.. nodes.Select(n => new NodeDescription(
            n.Id, $"http://{n.Id}:80/", new NodeSettings(n.Weight, null, default, n.Layer), Destination(n.Id)))]);
        return Nodes;
    }

    public FlowChoice Choose(int flow, bool byConnection = false) => Choose(Flow(flow), byConnection);

    public FlowChoice Choose(in Signature signature, bool byConnection = false) => Router.Choose(signature, Cluster, Route, byConnection);

    /// <summary>Publishes a health with an admitted share, as the monitor would.</summary>
    public static void Publish(Node node, double share, NodeState state = NodeState.Evacuating, MigrationReason reason = MigrationReason.Degraded,
        bool isDead = false, double score = 1) =>
        node.Health = new NodeHealth
        {
            State = state,
            Reason = reason,
            AdmittedShare = share,
            AdmittedShareOfNew = state == NodeState.Suspect ? share / 2 : share,
            IsDead = isDead,
            Score = score,
        };

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    private DestinationState Destination(string id)
    {
        if (!_destinations.TryGetValue(id, out var destination))
            _destinations[id] = destination = new DestinationState(id);
        return destination;
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
