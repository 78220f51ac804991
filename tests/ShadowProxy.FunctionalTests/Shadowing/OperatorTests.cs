using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>What an operator asks of nodes and flows.</summary>
public sealed class OperatorTests
{
    private const string Cluster = ProxyConfiguration.Cluster;

    /// <summary>Enough for the slowest ramp.</summary>
    private const int Ramp = 105;

    [Fact]
    public async Task Evacuate_Node_AllItsSessionsMoveWithTheirNextRequestAndNobodyElse()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitors = Enumerable.Range(0, 40).Select(_ => nodes.CreateVisitor()).ToArray();
        var homes = await RoundAsync(visitors);

        Assert.True(nodes.Control.Evacuate(Cluster, "n0").Done);
        nodes.Tick(Ramp);
        var visits = await RoundAsync(visitors);

        Assert.Equal((NodeState.Evacuated, 0.0), (nodes.Status("n0").State, nodes.Status("n0").AdmittedShare));
        Assert.All(homes.Zip(visits), pair =>
        {
            if (pair.First.Body == "n0")
                Assert.Equal((true, MigrationReason.Operator, HttpStatusCode.OK), (pair.Second.Body != "n0", pair.Second.Reason, pair.Second.Status));
            else
                Assert.Equal(pair.First.Body, pair.Second.Body);
        });
        Assert.Equal(homes.Count(visit => visit.Body == "n0"), nodes.Control.MigratedFlows);
        Assert.Equal(0, nodes.Control.MigratedWhileHealthy);
    }

    [Fact]
    public async Task Restore_Node_TakesNewSessionsAtOnceWhileThoseThatLeftStayAway()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitors = Enumerable.Range(0, 40).Select(_ => nodes.CreateVisitor()).ToArray();
        await RoundAsync(visitors);
        nodes.Control.Evacuate(Cluster, "n0");
        nodes.Tick(Ramp);
        var away = await RoundAsync(visitors);

        Assert.True(nodes.Control.Restore(Cluster, "n0").Done);
        nodes.Tick();

        Assert.Equal((NodeState.Healthy, 1.0), (nodes.Status("n0").State, nodes.Status("n0").AdmittedShare));
        Assert.Equal(away.Select(visit => visit.Body), (await RoundAsync(visitors)).Select(visit => visit.Body));
        var newcomers = await RoundAsync([.. Enumerable.Range(0, 20).Select(_ => nodes.CreateVisitor())]);
        Assert.Contains("n0", newcomers.Select(visit => visit.Body));
    }

    [Theory]
    [InlineData("Never", "away", "away")]
    [InlineData("WhenIdle", "away", "home")]
    [InlineData("Ramp", "home", "home")]
    public async Task Restore_Node_ItsFlowsReturnAsFailbackSays(string failback, string atOnce, string afterAPause)
    {
        await using var nodes = await TestNodes.StartAsync(2, configuration => configuration with
        {
            Shadowing = TestNodes.Shadowing($$""" "Defaults": { "Failback": "{{failback}}" } """),
        });
        var visitor = await nodes.VisitorOfAsync("n0");
        nodes.Control.Evacuate(Cluster, "n0");
        nodes.Tick(Ramp);
        Assert.Equal("n1", (await visitor.GetAsync()).Body);

        nodes.Control.Restore(Cluster, "n0");
        nodes.Tick();
        var first = await visitor.GetAsync();
        nodes.Tick(310);
        var later = await visitor.GetAsync();

        Assert.Equal((Where(first), Where(later)), (atOnce, afterAPause));
        Assert.Equal(failback == "Never" ? 1 : 2, nodes.Control.MigratedFlows);

        static string Where(Visit visit) => visit.Body == "n0" ? "home" : "away";
    }

    [Fact]
    public async Task Evacuate_EvenTheOnlyNode_ItsSessionsAreStillServed()
    {
        await using var nodes = await TestNodes.StartAsync(1);
        var visitor = nodes.CreateVisitor();
        await visitor.GetAsync();
        nodes.Control.Evacuate(Cluster, "n0");
        nodes.Tick(Ramp);

        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await nodes.CreateVisitor().GetAsync()).Status);
    }

    [Fact]
    public async Task Move_Flow_GoesThereAndIsFreeAfterwards()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitor = await nodes.VisitorOfAsync("n0");
        var signature = (await visitor.GetAsync()).Signature;

        Assert.True(nodes.Control.Move(signature, "n2").Done);
        Assert.Equal("n2", (await visitor.GetAsync()).Body);

        nodes.Control.Evacuate(Cluster, "n2");
        nodes.Tick(Ramp);
        Assert.NotEqual("n2", (await visitor.GetAsync()).Body);
    }

    [Fact]
    public async Task Pin_Flow_StaysThroughAnEvacuationUntilItIsMoved()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitor = await nodes.VisitorOfAsync("n0");
        var signature = (await visitor.GetAsync()).Signature;

        Assert.True(nodes.Control.Pin(signature, "n2").Done);
        nodes.Control.Evacuate(Cluster, "n2");
        nodes.Tick(Ramp);
        Assert.Equal("n2", (await visitor.GetAsync()).Body);
        Assert.True(nodes.Control.GetFlow(signature)!.Pinned);

        Assert.True(nodes.Control.Move(signature, "n1").Done);
        Assert.Equal("n1", (await visitor.GetAsync()).Body);
    }

    [Fact]
    public async Task Pin_NodeRefuses_TheRequestIsStillServedElsewhere()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");
        nodes.Control.Pin((await visitor.GetAsync()).Signature, "n0");
        await nodes[0].Backend.AbortAsync();

        Assert.Equal((HttpStatusCode.OK, "n1"), await visitor.GetAsync() is var visit ? (visit.Status, visit.Body) : default);
    }

    [Fact]
    public async Task Reject_Flow_Is403AndReachesNoNodeUntilForwardedAgain()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");
        var signature = (await visitor.GetAsync()).Signature;
        var requests = nodes.All.Sum(node => node.Backend.Requests);

        Assert.True(nodes.Control.Reject(signature, reject: true).Done);
        var rejected = await visitor.GetAsync();
        Assert.Equal((HttpStatusCode.Forbidden, 0, signature), (rejected.Status, rejected.Attempts, rejected.Signature));
        Assert.Equal(requests, nodes.All.Sum(node => node.Backend.Requests));
        Assert.Equal(HttpStatusCode.OK, (await nodes.CreateVisitor().GetAsync()).Status);

        Assert.True(nodes.Control.Reject(signature, reject: false).Done);
        Assert.Equal((HttpStatusCode.OK, "n0"), await visitor.GetAsync() is var visit ? (visit.Status, visit.Body) : default);
    }

    [Fact]
    public async Task Wishes_ForWhatIsUnknown_AreRefusedWithAReason()
    {
        await using var nodes = await TestNodes.StartAsync(1);

        Assert.Contains("'n7'", nodes.Control.Evacuate(Cluster, "n7").Error, StringComparison.Ordinal);
        Assert.Contains("no flow", nodes.Control.Move(default, "n0").Error, StringComparison.Ordinal);
        var signature = (await nodes.CreateVisitor().GetAsync()).Signature;
        Assert.Contains("'n7'", nodes.Control.Pin(signature, "n7").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flow_TooMuchForOneNode_IsSpreadAndThisIsSaid()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitor = nodes.CreateVisitor();
        for (var tick = 0; tick < 20; tick++)
        {
            for (var request = 0; request < 40; request++)
                await visitor.GetAsync();
            nodes.Tick();
        }

        var served = new HashSet<string>();
        for (var request = 0; request < 40; request++)
            served.Add((await visitor.GetAsync()).Body);

        Assert.Equal(nodes.Ids, served.Order());
        Assert.Single(nodes.Control.GetEvents(), told => told.Name == "shadowproxy.flow.hot");
        Assert.True(nodes.Control.GetFlow((await visitor.GetAsync()).Signature)!.Hot);
    }

    private static Task<Visit[]> RoundAsync(Visitor[] visitors) => Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
}
