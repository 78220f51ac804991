using ShadowProxy.Forwarding;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;
using ShadowProxy.Tests.Monitoring;

namespace ShadowProxy.Tests.Telemetry;

/// <summary>What the metrics say, and that their number does not follow that of the flows.</summary>
public sealed class SeriesTests : IDisposable
{
    private const string Cluster = "orders";

    private readonly ClusterSimulation _simulation = new(4) { Sessions = 100, NewSessionsPerSecond = 0 };
    private readonly ShadowingGauges _gauges;
    private readonly SeriesRecorder _series;

    public SeriesTests()
    {
        var engine = _simulation.Engine;
        _gauges = new ShadowingGauges(engine.Meters, engine.Registry, engine.Tables, new RecordedBodies());
        _series = new SeriesRecorder(engine.Meters);
    }

    public void Dispose()
    {
        _series.Dispose();
        _gauges.Dispose();
        _simulation.Dispose();
    }

    [Fact]
    public void TenThousandFlowsThatMove_NoMoreSeriesThanAHundredThatStay()
    {
        _simulation.RunSeconds(30);
        var few = _series.Collect().Keys.ToHashSet();

        for (var flow = 0; flow < 10_000; flow++)
            _simulation.Engine.Choose(flow);
        _simulation.Answer = (node, _) => node == 0 ? (Outcome.ServerError, 10) : _simulation.Well();
        _simulation.RunUntil(() => _simulation.State(0) == NodeState.Evacuated, 30);
        for (var flow = 0; flow < 10_000; flow++)
            _simulation.Engine.Choose(flow);

        Assert.True(_simulation.Engine.Events.Migrated > 1000);
        Assert.Empty(_series.Collect().Keys.Except(few));
        // As config/telemetry.md says.
        Assert.InRange(few.Count(series => series.Tags.Split(' ').Contains("n0")), 30, 45);
    }

    [Fact]
    public void Evacuation_IsCountedFromZero()
    {
        _simulation.RunSeconds(30);
        Assert.Equal(0, _series.Value("shadowproxy.flow.migrations", $"{Cluster} n0 False degraded"));
        Assert.Equal(0, _series.Value("shadowproxy.node.state_changes", $"{Cluster} n0 evacuated"));

        _simulation.Answer = (node, _) => node == 0 ? (Outcome.ServerError, 10) : _simulation.Well();
        _simulation.RunUntil(() => _simulation.State(0) == NodeState.Evacuated, 30);

        Assert.Equal(
            _simulation.Engine.Events.Migrations.Count(move => move is { From: "n0", Reason: MigrationReason.Degraded }),
            _series.Value("shadowproxy.flow.migrations", $"{Cluster} n0 False degraded"));
        Assert.Equal(1, _series.Value("shadowproxy.node.state_changes", $"{Cluster} n0 evacuated"));
        Assert.Equal((3, 0), (_series.Value("shadowproxy.node.state", $"{Cluster} n0"), _series.Value("shadowproxy.node.admitted_share", $"{Cluster} n0")));
        Assert.InRange(_series.Value("shadowproxy.node.score.taken", $"{Cluster} errors n0"), 0.5, 1);
    }

    [Fact]
    public void Lookups_HitsAndMisses_AreThoseOfRequests()
    {
        for (var i = 0; i < 10; i++)
            _simulation.Engine.Choose(flow: i % 4);

        Assert.Equal((6, 4), (Lookups("hit signature"), Lookups("miss signature")));
        Assert.Equal((0, 4), (Lookups("hit shadow"), Lookups("miss shadow")));

        // The four end, and one of them comes back.
        _simulation.Engine.Time.Advance(_simulation.Engine.Route.Idle + TimeSpan.FromSeconds(10));
        _simulation.Engine.Choose(flow: 0);

        Assert.Equal((6, 5), (Lookups("hit signature"), Lookups("miss signature")));
        Assert.Equal((1, 4), (Lookups("hit shadow"), Lookups("miss shadow")));

        double Lookups(string tags) => _series.Value("shadowproxy.table.lookups", tags);
    }

    [Fact]
    public void Tables_SizeAndCapacity_AreTold()
    {
        for (var flow = 0; flow < 7; flow++)
            _simulation.Engine.Choose(flow);

        Assert.Equal((7, 7), (_series.Value("shadowproxy.table.flows"), _series.Value("shadowproxy.table.shadows")));
        Assert.Equal(_simulation.Engine.Tables.Capacity, _series.Value("shadowproxy.table.capacity"));
    }

    [Fact]
    public void LatencyWithoutTraffic_IsNotTold()
    {
        Assert.DoesNotContain(_series.Collect().Keys, series => series.Instrument == "shadowproxy.node.latency");

        _simulation.RunSeconds(5);

        Assert.InRange(_series.Value("shadowproxy.node.latency", $"{Cluster} n0"), 0.005, 0.02);
    }

    [Fact]
    public void ForecastComesTrue_LeadIsTheTimeUntilThen()
    {
        _simulation.Cpu = node => node == 0 ? HarmlessTroubleTests.CpuRamp(_simulation.Seconds - 60) : 0.3;
        _simulation.RunSeconds(60);
        _simulation.RunUntil(() => _simulation.State(0) == NodeState.Evacuating, 10);
        var began = _simulation.Seconds;
        _simulation.RunSeconds(5);

        _simulation.IsAlive = node => node != 0;
        _simulation.RunUntil(() => _simulation.Nodes[0].Health.IsDead, 10);

        Assert.Equal(_simulation.Seconds - began, _series.Value("shadowproxy.migration.lead", $"{Cluster} came"), 0.001);
    }
}
