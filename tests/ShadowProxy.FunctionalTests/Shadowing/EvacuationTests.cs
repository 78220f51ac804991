using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>A node whose load climbs loses its flows before it fails, and does not get them back because its load fell.</summary>
public sealed class EvacuationTests
{
    private const string Sick = "n0";
    private const double Normal = 0.3;
    private const double Strained = 0.98;

    /// <summary>Ticks until baselines are believed, and a few more.</summary>
    private const int WarmUp = 115;

    private const int Climb = 60;
    private const int FastAtTheTop = 30;
    private const int Visitors = 48;

    [Fact]
    public async Task Reports_ClimbWhileAnswersAreFast_FlowsAreGoneBeforeTheFirstSlowAnswer()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitors = await WarmUpAsync(nodes);
        var home = visitors.ToDictionary(visitor => visitor.Visitor, visitor => visitor.Node);
        var shares = new HashSet<double>();
        var ticksWithMigrations = 0;

        for (var tick = 0; tick < Climb + FastAtTheTop; tick++)
        {
            Report(nodes, Sick, Normal + ((Strained - Normal) * Math.Min(1, (double)tick / Climb)));
            var before = nodes.Control.MigratedFlows;
            Assert.All(await RoundAsync(home.Keys), visit => Assert.Equal(HttpStatusCode.OK, visit.Status));
            ticksWithMigrations += nodes.Control.MigratedFlows > before ? 1 : 0;
            nodes.Tick();
            shares.Add(nodes.Status(Sick).AdmittedShare);
        }

        var requestsBefore = nodes[Sick].Backend.Requests;
        for (var tick = 0; tick < 10; tick++)
        {
            Assert.All(await RoundAsync(home.Keys), visit => Assert.Equal(HttpStatusCode.OK, visit.Status));
            nodes.Tick();
        }

        Assert.Equal(requestsBefore, nodes[Sick].Backend.Requests);
        Assert.True(shares.Count(share => share is > 0 and < 1) >= 3, $"Shares seen: {string.Join(' ', shares)}");
        Assert.True(ticksWithMigrations >= 3, $"All flows left within {ticksWithMigrations} ticks.");
        var moves = nodes.Control.GetMigrations();
        Assert.Equal(home.Count(pair => pair.Value == Sick), moves.Count);
        Assert.All(moves, move => Assert.Equal((Sick, MigrationReason.Predicted, false), (move.From, move.Reason, move.Observed)));
        Assert.Equal(nodes.Ids.Where(id => id != Sick), moves.Select(move => move.To).Distinct().Order());
        Assert.Equal(0, nodes.Control.MigratedWhileHealthy);
    }

    [Fact]
    public async Task Report_FallsWithTheTraffic_FlowsDoNotReturnBeforeProbation()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitors = (await WarmUpAsync(nodes)).Select(visitor => visitor.Visitor).ToArray();
        for (var tick = 0; nodes.Status(Sick).State != NodeState.Evacuated; tick++)
        {
            Assert.True(tick < Climb + FastAtTheTop, "It was never evacuated.");
            Report(nodes, Sick, Normal + ((Strained - Normal) * Math.Min(1, (double)tick / Climb)));
            await RoundAsync(visitors);
            nodes.Tick();
        }

        await RoundAsync(visitors);
        var requestsBefore = nodes[Sick].Backend.Requests;
        var ticks = 0;
        for (; nodes.Status(Sick).State == NodeState.Evacuated; ticks++)
        {
            nodes.Control.Report(ProxyConfiguration.Cluster, Sick, new LoadReport { CpuUtilization = 0.2 });
            if (ticks % 10 == 0)
            {
                await RoundAsync(visitors);
                await nodes.CreateVisitor().GetAsync();
                Assert.Equal(requestsBefore, nodes[Sick].Backend.Requests);
            }

            nodes.Tick();
            Assert.True(ticks < 1000, "It never came to a probation.");
        }

        Assert.True(ticks > 250, $"Only {ticks} ticks of hold.");
        Assert.Equal(NodeState.Probation, nodes.Status(Sick).State);
        await RoundAsync(visitors);
        Assert.Equal(requestsBefore, nodes[Sick].Backend.Requests);
    }

    [Fact]
    public async Task Reports_ClimbOnAllNodes_NobodyMoves()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitors = (await WarmUpAsync(nodes)).Select(visitor => visitor.Visitor).ToArray();

        for (var tick = 0; tick < Climb + FastAtTheTop; tick++)
        {
            foreach (var id in nodes.Ids)
                Report(nodes, id, Normal + ((Strained - Normal) * Math.Min(1, (double)tick / Climb)));
            await RoundAsync(visitors);
            nodes.Tick();
        }

        Assert.Empty(nodes.Control.GetMigrations());
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal(1, node.AdmittedShare));
    }

    [Fact]
    public async Task Answers_FailForAllItsFlows_FlowsLeave()
    {
        await using var nodes = await TestNodes.StartAsync(4);
        var visitors = (await WarmUpAsync(nodes)).Select(visitor => visitor.Visitor).ToArray();
        nodes[Sick].Behaviour = context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };

        for (var tick = 0; nodes.Status(Sick).State != NodeState.Evacuated; tick++)
        {
            Assert.True(tick < 60, "It was never evacuated.");
            // Users are slower than the monitor: each makes a request in half a second.
            await RoundAsync(visitors.Where((_, index) => index % 5 == tick % 5));
            nodes.Tick();
        }

        Assert.Equal(MigrationReason.Degraded, nodes.Status(Sick).Reason);
        Assert.All(await RoundAsync(visitors), visit => Assert.Equal(HttpStatusCode.OK, visit.Status));
        Assert.All(nodes.Control.GetNodes().Where(node => node.Node != Sick), node => Assert.Equal(NodeState.Healthy, node.State));
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("POST", true)]
    public async Task Answers_NeverCome_FlowsLeaveWhileRequestsStillWait(string method, bool hedging)
    {
        await using var nodes = await StartAsync(hedging);
        var visitors = await WarmUpAsync(nodes);
        var release = new TaskCompletionSource();
        nodes[Sick].Behaviour = context => release.Task.WaitAsync(context.RequestAborted);
        var connections = nodes.CreateClient(Visitors);
        var waiting = visitors.Where(visitor => visitor.Node == Sick)
            .Select(visitor => new Visitor(connections, visitor.Visitor.Session).SendAsync(new HttpMethod(method))).ToArray();
        var others = visitors.Where(visitor => visitor.Node != Sick).Select(visitor => visitor.Visitor).ToArray();

        for (var tick = 0; nodes.Status(Sick).State != NodeState.Evacuated; tick++)
        {
            Assert.True(tick < 100, "It was never evacuated.");
            await RoundAsync(others);
            nodes.Tick();
        }

        var newcomers = await RoundAsync(Enumerable.Range(0, 20).Select(_ => nodes.CreateVisitor()));
        Assert.All(newcomers, visit => Assert.Equal((HttpStatusCode.OK, true), (visit.Status, visit.Body != Sick)));
        Assert.All(waiting, request => Assert.False(request.IsCompleted));
        release.SetResult();
        Assert.All(await Task.WhenAll(waiting), visit => Assert.Equal((HttpStatusCode.OK, Sick), (visit.Status, visit.Body)));
    }

    [Fact]
    public async Task Answers_NeverComeAndOthersOvertakeThem_EachIsAnsweredAndFlowsLeave()
    {
        await using var nodes = await StartAsync(hedging: true);
        var visitors = await WarmUpAsync(nodes);
        nodes[Sick].Behaviour = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var connections = nodes.CreateClient(Visitors);
        var stranded = visitors.Where(visitor => visitor.Node == Sick).Select(visitor => new Visitor(connections, visitor.Visitor.Session)).ToArray();
        var others = visitors.Where(visitor => visitor.Node != Sick).Select(visitor => visitor.Visitor).ToArray();
        var cluster = nodes.Proxy.Services.GetRequiredService<NodeRegistry>().Clusters.Single();

        for (var tick = 0; nodes.Status(Sick).State != NodeState.Evacuated; tick++)
        {
            Assert.True(tick < 100, "It was never evacuated.");
            // What a budget leaves to wait is the other test's.
            cluster.Hedges.Fill(Visitors * 20, 0);
            var asked = stranded.Where((_, index) => index % 5 == tick % 5).Select(visitor => visitor.GetAsync()).ToArray();
            await RoundAsync(others);
            await Patience.EventuallyAsync(() => asked.Count(request => request.IsCompleted) + nodes.Status(Sick).InFlight == asked.Length);
            nodes.Tick();
            Assert.All(await Task.WhenAll(asked).Soon(), visit => Assert.Equal((HttpStatusCode.OK, true), (visit.Status, visit.Body != Sick)));
        }

        Assert.Equal(MigrationReason.Degraded, nodes.Status(Sick).Reason);
        var requestsBefore = nodes[Sick].Backend.Requests;
        var posts = await Task.WhenAll(stranded.Select(visitor => visitor.SendAsync(HttpMethod.Post))).Soon();
        Assert.All(posts, visit => Assert.Equal((HttpStatusCode.OK, true), (visit.Status, visit.Body != Sick)));
        Assert.Equal(requestsBefore, nodes[Sick].Backend.Requests);
    }

    private static Task<TestNodes> StartAsync(bool hedging) => TestNodes.StartAsync(4, configuration => configuration with
    {
        Shadowing = TestNodes.Shadowing($$""" "Defaults": { "Hedging": {{(hedging ? "true" : "false")}} } """),
    });

    /// <summary>Each node reports with its answers as backends do, and has been watched long enough to be known.</summary>
    private static async Task<(Visitor Visitor, string Node)[]> WarmUpAsync(TestNodes nodes)
    {
        foreach (var id in nodes.Ids)
            Report(nodes, id, Normal);
        var visitors = Enumerable.Range(0, Visitors).Select(_ => nodes.CreateVisitor()).ToArray();
        for (var tick = 0; tick < WarmUp; tick++)
        {
            await RoundAsync(visitors);
            nodes.Tick();
        }

        var visits = await RoundAsync(visitors);
        Assert.Equal(nodes.Ids, visits.Select(visit => visit.Body).Distinct().Order());
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal((NodeState.Healthy, 1.0), (node.State, node.AdmittedShare)));
        return [.. visitors.Zip(visits, (visitor, visit) => (visitor, visit.Body))];
    }

    private static Task<Visit[]> RoundAsync(IEnumerable<Visitor> visitors) => Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));

    private static void Report(TestNodes nodes, string id, double cpu) => nodes[id].Behaviour = context =>
    {
        context.Response.Headers["endpoint-load-metrics"] = string.Create(CultureInfo.InvariantCulture, $"TEXT cpu_utilization={cpu:0.000}");
        return Task.CompletedTask;
    };
}
