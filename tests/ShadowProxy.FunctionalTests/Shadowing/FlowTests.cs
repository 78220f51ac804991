using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Signals;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>A single flow: its own troubles, its shadows, its end and its return.</summary>
public sealed class FlowTests
{
    private const int Neighbours = 5;

    [Fact]
    public async Task Answers_500ForOneSession_ItMovesAlone()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var (unlucky, neighbours) = await SettleAsync(nodes);
        nodes[0].Behaviour = OnlyFor(unlucky, context => context.Response.StatusCode = StatusCodes.Status500InternalServerError);

        for (var failure = 0; failure < 3; failure++)
            Assert.Equal(HttpStatusCode.InternalServerError, (await RoundAsync(nodes, unlucky, neighbours)).Status);

        await MovedAloneAsync(nodes, unlucky, neighbours);
    }

    [Fact]
    public async Task Answers_SlowForOneSession_ItMovesAlone()
    {
        // With hedges another node would answer.
        await using var nodes = await TestNodes.StartAsync(
            4, configuration => configuration with { Shadowing = TestNodes.Shadowing(""" "Defaults": { "Hedging": false } """) });
        var (unlucky, neighbours) = await SettleAsync(nodes);
        nodes[0].Behaviour = OnlyFor(unlucky, _ => nodes.Clock.Pass(TimeSpan.FromMilliseconds(90)));

        for (var slow = 0; slow < 8; slow++)
            Assert.Equal((HttpStatusCode.OK, "n0"), await RoundAsync(nodes, unlucky, neighbours) is var visit ? (visit.Status, visit.Body) : default);

        await MovedAloneAsync(nodes, unlucky, neighbours);
    }

    [Fact]
    public async Task Trouble_ComesAlong_TheSessionGoesHomeAndNoFurther()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var (unlucky, neighbours) = await SettleAsync(nodes);
        foreach (var node in nodes.All)
            node.Behaviour = OnlyFor(unlucky, context => context.Response.StatusCode = StatusCodes.Status500InternalServerError);

        for (var failure = 0; failure < 30; failure++)
            await RoundAsync(nodes, unlucky, neighbours);

        Assert.Equal(2, nodes.Control.MigratedFlows);
        Assert.Equal("n0", nodes.Control.GetMigrations()[0].To);
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal((NodeState.Healthy, 1.0), (node.State, node.AdmittedShare)));
    }

    [Fact]
    public async Task Shadow_SickensFirst_IsNotChosen()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitor = await nodes.VisitorOfAsync("n0");
        var signature = (await visitor.GetAsync()).Signature;
        var shadows = nodes.Control.GetFlow(signature)!.Shadows.Select(shadow => shadow.Node).ToArray();
        Assert.Equal(["n1", "n2", "n3"], shadows.Order());

        nodes.Control.Report(ProxyConfiguration.Cluster, shadows[0], new LoadReport { CpuUtilization = 1 });
        nodes.Tick();
        await nodes[0].Backend.AbortAsync();
        await visitor.GetAsync();
        nodes.Tick();

        Assert.Equal((shadows[1], 1), await visitor.GetAsync() is var visit ? (visit.Body, visit.Attempts) : default);
        Assert.Equal(shadows[1], nodes.Control.GetFlow(signature)!.Primary);
    }

    [Fact]
    public async Task Shadow_AllWell_TheFirstIsChosen()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitor = await nodes.VisitorOfAsync("n0");
        var shadows = nodes.Control.GetFlow((await visitor.GetAsync()).Signature)!.Shadows;
        await nodes[0].Backend.AbortAsync();
        await visitor.GetAsync();
        nodes.Tick();

        Assert.Equal(shadows[0].Node, (await visitor.GetAsync()).Body);
    }

    [Fact]
    public async Task Return_WithinRetention_FindsItsNodeAndShadowsAfterItAFreshEntry()
    {
        await using var nodes = await TestNodes.StartAsync(4, configuration => configuration with
        {
            Shadowing = TestNodes.Shadowing("""  "Defaults": { "Idle": "00:00:01", "Retention": "00:00:03" } """),
        });
        // The first of all flows goes to its computed place, since no node can have more than its share yet.
        var visitor = nodes.CreateVisitor();
        var (home, signature) = await visitor.GetAsync() is var first ? (first.Body, first.Signature) : default;
        var other = home == "n2" ? "n1" : "n2";
        Assert.True(nodes.Control.Move(signature, other).Done);
        var before = nodes.Control.GetFlow(signature)!;

        // Idle, and the second by which the tables may be late.
        nodes.Tick(25);
        var ended = nodes.Control.GetFlow(signature)!;
        Assert.Equal((null, home, other), (ended.Primary, ended.Home, ended.LastPrimary));
        Assert.Equal(before.Shadows, ended.Shadows);
        Assert.Equal(0, nodes.Control.Flows);
        Assert.Equal(other, (await visitor.GetAsync()).Body);
        Assert.Equal((other, home), nodes.Control.GetFlow(signature) is var returned ? (returned!.Primary, returned.Home) : default);

        nodes.Tick(70);
        Assert.Null(nodes.Control.GetFlow(signature));
        Assert.Equal(home, (await visitor.GetAsync()).Body);
        Assert.Equal((home, home), nodes.Control.GetFlow(signature) is var fresh ? (fresh!.Primary, fresh.Home) : default);
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal(node.Node == home ? 1 : 0, node.Flows));
    }

    [Fact]
    public async Task Return_WhileItsNodeIsAway_MovesToAShadow()
    {
        await using var nodes = await TestNodes.StartAsync(4, configuration => configuration with
        {
            Shadowing = TestNodes.Shadowing("""  "Defaults": { "Idle": "00:00:01" } """),
        });
        var visitor = await nodes.VisitorOfAsync("n0");
        nodes.Control.Evacuate(ProxyConfiguration.Cluster, "n0");
        nodes.Tick(120);

        var visit = await visitor.GetAsync();

        Assert.NotEqual("n0", visit.Body);
        Assert.Equal(MigrationReason.Operator, visit.Reason);
        Assert.Equal("n0", nodes.Control.GetFlow(visit.Signature)!.Home);
    }

    /// <summary>One session and some others that share its node, each with some requests behind it.</summary>
    private static async Task<(Visitor Unlucky, Visitor[] Neighbours)> SettleAsync(TestNodes nodes)
    {
        var unlucky = await nodes.VisitorOfAsync("n0");
        var neighbours = new Visitor[Neighbours];
        for (var i = 0; i < Neighbours; i++)
            neighbours[i] = await nodes.VisitorOfAsync("n0");
        for (var i = 0; i < 5; i++)
            await RoundAsync(nodes, unlucky, neighbours);
        return (unlucky, neighbours);
    }

    private static async Task<Visit> RoundAsync(TestNodes nodes, Visitor unlucky, Visitor[] neighbours)
    {
        foreach (var neighbour in neighbours)
            Assert.Equal((HttpStatusCode.OK, "n0"), await neighbour.GetAsync() is var visit ? (visit.Status, visit.Body) : default);
        var unluckys = await unlucky.GetAsync();
        nodes.Tick();
        return unluckys;
    }

    private static async Task MovedAloneAsync(TestNodes nodes, Visitor unlucky, Visitor[] neighbours)
    {
        var visit = await RoundAsync(nodes, unlucky, neighbours);
        Assert.Equal((HttpStatusCode.OK, MigrationReason.FlowIssue), (visit.Status, visit.Reason));
        Assert.NotEqual("n0", visit.Body);
        Assert.Equal(visit.Body, (await RoundAsync(nodes, unlucky, neighbours)).Body);
        Assert.Equal(1, nodes.Control.MigratedFlows);
        Assert.Equal((NodeState.Healthy, 1.0), (nodes.Status("n0").State, nodes.Status("n0").AdmittedShare));
    }

    private static Func<HttpContext, Task> OnlyFor(Visitor visitor, Action<HttpContext> act) => context =>
    {
        if (context.Request.Cookies[Visitor.Cookie] == visitor.Session)
            act(context);
        return Task.CompletedTask;
    };
}
