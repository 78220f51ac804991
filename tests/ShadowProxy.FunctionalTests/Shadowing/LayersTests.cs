using System.Globalization;
using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Layers of redundancy: flows that have to leave go to the nearest place that has room for them, and nowhere where none has.</summary>
public sealed class LayersTests
{
    private const string Sick = "n0";
    private const string ZoneA = "n1";
    private const string ZoneB = "n2";
    private const string Region2 = "n3";
    private const int Visitors = 40;

    /// <summary>Ticks until baselines are believed, and a few more.</summary>
    private const int WarmUp = 115;

    /// <summary>Enough for the slowest ramp, and short enough that the node does not get used to its load.</summary>
    private const int Ramp = 200;

    private readonly Dictionary<string, double> _utilization = new()
    {
        [Sick] = 0.3, [ZoneA] = 0.3, [ZoneB] = 0.3, [Region2] = 0.3,
    };

    [Fact]
    public async Task Node_Degrades_FlowsGoToTheNearestPlaceWithRoom()
    {
        await using var nodes = await StartAsync();
        var visitors = await WarmUpAsync(nodes);
        var sick = visitors.Count(visitor => visitor.Node == Sick);
        Assert.Equal([Sick, ZoneA], visitors.Select(visitor => visitor.Node).Distinct().Order());
        Assert.InRange(sick, 10, 30);

        // Each place takes some, and says then that it is full.
        _utilization[Sick] = 0.98;
        foreach (var (place, next) in new[] { (ZoneA, ZoneB), (ZoneB, Region2) })
        {
            await RunUntilAsync(nodes, visitors, () => FlowsOf(nodes, place) > (place == ZoneA ? Visitors - sick : 0));
            Assert.Equal(0, FlowsOf(nodes, next));
            _utilization[place] = 0.95;
            await RunAsync(nodes, visitors, 2);
        }

        await RunUntilAsync(nodes, visitors, () => FlowsOf(nodes, Region2) > 0);
        _utilization[Region2] = 0.95;
        await RunAsync(nodes, visitors, 2);

        // Nowhere is room: who is left stays, is served, and this is told.
        var left = FlowsOf(nodes, Sick);
        Assert.InRange(left, 1, sick - 3);
        Assert.All(await RunAsync(nodes, visitors, 20), visit => Assert.Equal(HttpStatusCode.OK, visit.Status));
        Assert.Equal(left, FlowsOf(nodes, Sick));
        Assert.Contains(nodes.Control.GetEvents(), told => told.Name == "shadowproxy.cluster.panic" && told.Node == Sick);

        // There is room again, and the nearest that has it takes the rest.
        var inZoneB = FlowsOf(nodes, ZoneB);
        _utilization[ZoneB] = _utilization[Region2] = 0.3;
        await RunUntilAsync(nodes, visitors, () => FlowsOf(nodes, Sick) == 0);
        Assert.Equal(inZoneB + left, FlowsOf(nodes, ZoneB));

        var moves = nodes.Control.GetMigrations();
        Assert.Equal(sick, moves.Count);
        Assert.All(moves, move => Assert.Equal((Sick, MigrationReason.Predicted), (move.From, move.Reason)));
        Assert.All(nodes.Ids.Skip(1), id => Assert.Equal(1, nodes.Status(id).AdmittedShare));
    }

    [Fact]
    public async Task Node_Dies_ItsFlowsGoWhereThereIsRoomAndToTheNearestWhereNoneHas()
    {
        await using var nodes = await StartAsync();
        var visitors = await WarmUpAsync(nodes);
        var inZoneA = FlowsOf(nodes, ZoneA);
        foreach (var id in nodes.Ids)
            _utilization[id] = 0.95;
        await RunAsync(nodes, visitors, 2);

        await nodes[Sick].Backend.AbortAsync();
        await RunAsync(nodes, visitors, 3);

        Assert.Equal(NodeState.Evacuated, nodes.Status(Sick).State);
        Assert.Equal(Visitors, FlowsOf(nodes, ZoneA));
        Assert.NotEqual(Visitors, inZoneA);
        Assert.All(await RunAsync(nodes, visitors, 1), visit => Assert.Equal((HttpStatusCode.OK, ZoneA), (visit.Status, visit.Body)));
    }

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
                    string.Create(CultureInfo.InvariantCulture, $"TEXT cpu_utilization={_utilization[node.Id]:0.000}");
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

    private static async Task<(Visitor Visitor, string Node)[]> WarmUpAsync(TestNodes nodes)
    {
        var visitors = Enumerable.Range(0, Visitors).Select(_ => (Visitor: nodes.CreateVisitor(), Node: "")).ToArray();
        var visits = await RunAsync(nodes, visitors, WarmUp);
        return [.. visitors.Zip(visits, (visitor, visit) => (visitor.Visitor, visit.Body))];
    }

    private static async Task RunUntilAsync(TestNodes nodes, (Visitor Visitor, string Node)[] visitors, Func<bool> holds)
    {
        for (var tick = 0; !holds(); tick++)
        {
            Assert.True(tick < Ramp, "It did not happen.");
            await RunAsync(nodes, visitors, 1);
        }
    }

    /// <summary>Each visitor makes a request a tick.</summary>
    private static async Task<Visit[]> RunAsync(TestNodes nodes, (Visitor Visitor, string Node)[] visitors, int ticks)
    {
        Visit[] visits = [];
        for (var tick = 0; tick < ticks; tick++)
        {
            visits = await Task.WhenAll(visitors.Select(visitor => visitor.Visitor.GetAsync()));
            nodes.Tick();
        }

        return visits;
    }
}
