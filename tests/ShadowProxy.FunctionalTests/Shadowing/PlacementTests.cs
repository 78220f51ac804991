using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Where flows begin, and that they stay there while all nodes are well.</summary>
public sealed class PlacementTests
{
    private const int Sessions = 50;
    private const int Requests = 20;

    [Fact]
    public async Task Session_OwnConnection_StaysOnTheNodeOfItsFirstRequest()
    {
        await using var nodes = await TestNodes.StartAsync(4, stepped: false);

        var visits = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(async _ =>
        {
            using var client = nodes.CreateClient();
            return await VisitAsync(nodes.CreateStranger(client));
        }));

        Assert.All(visits, ids => Assert.Single(ids.Distinct()));
        Assert.Equal(nodes.Ids, visits.Select(ids => ids[0]).Distinct().Order());
        Assert.Equal(0, nodes.Control.MigratedFlows);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, 6)]
    [InlineData(HttpProtocols.Http2, 1)]
    public async Task Session_SharedConnections_StaysOnTheNodeOfItsFirstRequest(HttpProtocols protocols, int connections)
    {
        await using var nodes = await TestNodes.StartAsync(4, protocols: protocols);
        var client = nodes.CreateClient(connections);
        var visitors = Enumerable.Range(0, Sessions).Select(_ => nodes.CreateStranger(client)).ToArray();

        var first = new List<string>();
        foreach (var visitor in visitors)
            first.Add((await visitor.GetAsync()).Body);
        var visits = await Task.WhenAll(visitors.Select(VisitAsync));

        Assert.All(visits.Zip(first), pair => Assert.All(pair.First, id => Assert.Equal(pair.Second, id)));
        Assert.All(nodes.Ids, id => Assert.InRange(first.Skip(2).Count(node => node == id), Sessions / 10, Sessions / 2));
        Assert.Equal(0, nodes.Control.MigratedFlows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_EqualNodes_SpreadEvenly(bool strangers)
    {
        const int many = 2000;
        await using var nodes = await TestNodes.StartAsync(4);

        await BeginAsync(nodes, many, strangers);

        Assert.All(nodes.All, node => Assert.InRange(node.Backend.Requests, 0.75 * many / 4, 1.25 * many / 4));
        Assert.Equal(many, nodes.Control.GetNodes().Sum(node => node.Flows) - (strangers ? Connections(nodes) : 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_TwiceTheWeight_TwiceTheShare(bool strangers)
    {
        const int many = 1000;
        await using var nodes = await TestNodes.StartAsync(3, configuration => configuration with
        {
            Nodes = [.. configuration.Nodes.Select(node => node.Id == "n0" ? node with { Metadata = [("Weight", "2")] } : node)],
        });

        await BeginAsync(nodes, many, strangers);

        Assert.InRange(nodes[0].Backend.Requests, 0.75 * many / 2, 1.25 * many / 2);
        Assert.All(nodes.All.Skip(1), node => Assert.InRange(node.Backend.Requests, 0.75 * many / 4, 1.25 * many / 4));
    }

    [Fact]
    public async Task Clients_OneAddressNoCookies_SpreadByConnection()
    {
        const int many = 200;
        await using var nodes = await TestNodes.StartAsync(4);
        foreach (var node in nodes.All)
            node.Behaviour = context => { context.Request.Headers.Cookie = "sid=none"; return Task.CompletedTask; };

        for (var i = 0; i < many; i++)
        {
            using var client = nodes.CreateClient();
            var visitor = nodes.CreateStranger(client);
            Assert.Equal((await visitor.GetAsync()).Body, (await visitor.GetAsync()).Body);
            Assert.Null(visitor.Session);
        }

        Assert.All(nodes.All, node => Assert.InRange(node.Backend.Requests, 0.5 * 2 * many / 4, 1.5 * 2 * many / 4));
    }

    [Fact]
    public async Task Session_TwoRoutesOfACluster_KeepsItsNode()
    {
        await using var nodes = await TestNodes.StartAsync(4, configuration => configuration with
        {
            Routes = new Dictionary<string, string> { ["orders"] = "/orders/{**rest}", ["bills"] = "/bills/{**rest}" },
        });

        for (var i = 0; i < Sessions; i++)
        {
            var visitor = nodes.CreateStranger();
            var (order, bill) = (await visitor.GetAsync("/orders/1"), await visitor.GetAsync("/bills/1"));
            Assert.Equal(order.Body, bill.Body);
        }
    }

    [Fact]
    public async Task Sessions_NodesInSeveralZones_BeginInTheProxysOwnAndLeaveItOnlyWhenItIsGone()
    {
        await using var nodes = await TestNodes.StartAsync(3, configuration => configuration with
        {
            Nodes = [.. configuration.Nodes.Select(node => node with { Metadata = [("Zone", node.Id == "n2" ? "far" : "near"), ("Region", "r")] })],
            Shadowing = TestNodes.Shadowing(""" "Place": { "Zone": "near", "Region": "r" } """),
        });
        var visitors = Enumerable.Range(0, Sessions).Select(_ => nodes.CreateVisitor()).ToArray();
        await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
        Assert.Equal(0, nodes[2].Backend.Requests);

        foreach (var near in nodes.All.Take(2))
        {
            Assert.Equal(0, nodes[2].Backend.Requests);
            await near.Backend.AbortAsync();
            await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
            nodes.Tick();
        }

        Assert.All(await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync())), visit => Assert.Equal("n2", visit.Body));
    }

    /// <summary>One flow a connection is left over from the strangers' first requests.</summary>
    private static int Connections(TestNodes nodes) => nodes.Proxy.Connections;

    private static async Task BeginAsync(TestNodes nodes, int count, bool strangers)
    {
        for (var i = 0; i < count; i++)
            await (strangers ? nodes.CreateStranger() : nodes.CreateVisitor()).GetAsync();
    }

    private static async Task<string[]> VisitAsync(Visitor visitor)
    {
        var ids = new string[Requests];
        for (var i = 0; i < Requests; i++)
            ids[i] = (await visitor.GetAsync()).Body;
        return ids;
    }
}
