using System.Globalization;
using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Signals;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Layers of redundancy: flows that have to leave go to the nearest place that has room for them, and nowhere where none has.</summary>
public sealed class LayersTests
{
    private const string Sick = "n0";
    private const string ZoneA = "n1";
    private const string ZoneB = "n2";
    private const string Region2 = "n3";
    private const long Visitors = 60;

    /// <summary>Ticks until baselines are believed, and a few more.</summary>
    private const int WarmUp = 115;

    /// <summary>Ticks within which what is expected happens, or never.</summary>
    private const int Soon = 100;

    /// <summary>The utilisation that each node reports, by the flows that it has.</summary>
    private readonly Dictionary<string, Func<long, double>> _utilization = new()
    {
        [Sick] = _ => 0.5,
        [ZoneA] = _ => 0.8,
        [ZoneB] = flows => 0.45 * flows,
        [Region2] = flows => 0.45 * flows,
    };

    private readonly Dictionary<string, double> _reported = [];

    [Fact]
    public async Task Node_Degrades_FlowsGoToTheNearestPlaceWithRoomAndStayWhereThereIsNone()
    {
        await using var nodes = await StartAsync();
        var visitors = await WarmUpAsync(nodes);
        var (sick, inZoneA) = (FlowsOf(nodes, Sick), FlowsOf(nodes, ZoneA));
        Assert.Equal((Visitors, 0L, 0L), (sick + inZoneA, FlowsOf(nodes, ZoneB), FlowsOf(nodes, Region2)));

        _utilization[Sick] = _ => 0.98;
        _utilization[ZoneA] = flows => 0.8 * flows / inZoneA;
        foreach (var (place, next) in new[] { (ZoneA, ZoneB), (ZoneB, Region2) })
        {
            await RunUntilAsync(nodes, visitors, () => FlowsOf(nodes, place) > (place == ZoneA ? inZoneA : 0));
            Assert.Equal(0, FlowsOf(nodes, next));
        }

        // Nowhere is room any more: who is left stays, is served, and this is told.
        await RunUntilAsync(nodes, visitors, () => Told(nodes, "shadowproxy.cluster.panic"));
        await RunAsync(nodes, visitors, 5);
        var left = FlowsOf(nodes, Sick);
        Assert.InRange(FlowsOf(nodes, ZoneA) - inZoneA, 1, 6);
        Assert.InRange(FlowsOf(nodes, Region2), 1, 6);
        Assert.InRange(left, 1, sick - 3);
        Assert.All(await RunAsync(nodes, visitors, 20), visit => Assert.Equal(HttpStatusCode.OK, visit.Status));
        Assert.Equal(left, FlowsOf(nodes, Sick));

        // The nearest that has room again takes the rest.
        var inZoneB = FlowsOf(nodes, ZoneB);
        _utilization[ZoneB] = _utilization[Region2] = flows => 0.01 * flows;
        await RunUntilAsync(nodes, visitors, () => FlowsOf(nodes, Sick) == 0);
        Assert.Equal(inZoneB + left, FlowsOf(nodes, ZoneB));

        var moves = nodes.Control.GetMigrations();
        Assert.Equal(sick, moves.Count);
        Assert.All(moves, move => Assert.Equal((Sick, MigrationReason.Predicted), (move.From, move.Reason)));
        Assert.All(nodes.Ids.Skip(1), id => Assert.Equal(1, nodes.Status(id).AdmittedShare));
    }

    [Theory]
    [InlineData(0.3, ZoneB)]
    [InlineData(0.92, ZoneA)]
    public async Task Node_Dies_ItsFlowsGoToTheNearestPlaceWithRoomElseToTheNearest(double utilizationOfZoneB, string expected)
    {
        await using var nodes = await StartAsync();
        var visitors = await WarmUpAsync(nodes);
        var before = FlowsOf(nodes, expected);
        var sick = FlowsOf(nodes, Sick);
        _utilization[ZoneA] = _utilization[Region2] = _ => 0.92;
        _utilization[ZoneB] = _ => utilizationOfZoneB;
        await RunAsync(nodes, visitors, 2);
        foreach (var id in new[] { ZoneB, Region2 })
            nodes.Control.Report(ProxyConfiguration.Cluster, id, new LoadReport { CpuUtilization = _utilization[id](0) });

        await nodes[Sick].Backend.AbortAsync();
        await RunAsync(nodes, visitors, 3);

        Assert.Equal((NodeState.Evacuated, 0L), (nodes.Status(Sick).State, FlowsOf(nodes, Sick)));
        Assert.Equal(before + sick, FlowsOf(nodes, expected));
    }

    private static bool Told(TestNodes nodes, string name) => nodes.Control.GetEvents().Any(told => told.Name == name && told.Node == Sick);

    private static long FlowsOf(TestNodes nodes, string id) => nodes.Status(id).Flows;

    private async Task<TestNodes> StartAsync()
    {
        var nodes = await TestNodes.StartAsync(4, configuration => configuration with
        {
            Nodes = [.. configuration.Nodes.Select(node => node with { Metadata = PlaceOf(node.Id) })],
            Shadowing = TestNodes.Shadowing(""" "Place": { "Zone": "a", "Region": "r1" } """),
        });
        foreach (var node in nodes.All)
        {
            node.Behaviour = context =>
            {
                context.Response.Headers["endpoint-load-metrics"] =
                    string.Create(CultureInfo.InvariantCulture, $"TEXT cpu_utilization={_reported[node.Id]:0.000}");
                return Task.CompletedTask;
            };
        }

        return nodes;
    }

    private static (string, string)[] PlaceOf(string id) => id switch
    {
        ZoneB => [("Zone", "b"), ("Region", "r1")],
        Region2 => [("Zone", "c"), ("Region", "r2")],
        _ => [("Zone", "a"), ("Region", "r1")],
    };

    private async Task<Visitor[]> WarmUpAsync(TestNodes nodes)
    {
        var visitors = Enumerable.Range(0, (int)Visitors).Select(_ => nodes.CreateVisitor()).ToArray();
        await RunAsync(nodes, visitors, WarmUp);
        return visitors;
    }

    private async Task RunUntilAsync(TestNodes nodes, Visitor[] visitors, Func<bool> holds)
    {
        for (var tick = 0; !holds(); tick++)
        {
            Assert.True(tick < Soon, "It did not happen.");
            await RunAsync(nodes, visitors, 1);
        }
    }

    /// <summary>Each visitor makes a request a tick.</summary>
    private async Task<Visit[]> RunAsync(TestNodes nodes, Visitor[] visitors, int ticks)
    {
        Visit[] visits = [];
        for (var tick = 0; tick < ticks; tick++)
        {
            foreach (var id in nodes.Ids)
                _reported[id] = _utilization[id](FlowsOf(nodes, id));
            visits = await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
            nodes.Tick();
        }

        return visits;
    }
}
