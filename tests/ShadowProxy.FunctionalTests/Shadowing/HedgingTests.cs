using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Requests that wait for an answer and are answered by another node, and those that never are.</summary>
public sealed class HedgingTests
{
    private const string Key = "Idempotency-Key";
    private const string NoHedging = """ "Hedging": false """;

    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Answer_Overdue_AnotherNodeAnswersAndTheFirstSeesTheEnd(string method)
    {
        await using var nodes = await StartAsync();
        var visitor = await nodes.VisitorOfAsync("n0");
        using var begun = Count(nodes, "second_attempts");
        using var finished = Count(nodes, "second_attempts.ended");
        var ended = HangAsync(nodes, nodes[0], () => nodes.Clock.Pass(Overdue));

        var visit = await visitor.SendAsync(new HttpMethod(method), "/", null, "r");

        Assert.Equal((HttpStatusCode.OK, method == "HEAD" ? "" : "n1", 2), (visit.Status, visit.Body, visit.Attempts));
        Assert.Equal((1, 1), (nodes[0].Backend.RequestsOf("r"), nodes[1].Backend.RequestsOf("r")));
        await ended;
        await Patience.EventuallyAsync(() => nodes.Ids.All(id => nodes.Status(id).InFlight == 0));
        Assert.Equal(("hedge", "overdue"), (Tag(begun, "shadowproxy.attempt"), Tag(begun, "shadowproxy.reason")));
        Assert.Equal(("hedge", "won"), (Tag(finished, "shadowproxy.attempt"), Tag(finished, "shadowproxy.result")));
    }

    [Fact]
    public async Task Answer_OverdueWhileTheClusterIsLoaded_TheFirstNodeAlone()
    {
        await using var nodes = await StartAsync();
        var visitor = await nodes.VisitorOfAsync("n0");
        using var refused = Count(nodes, "second_attempts.refused");
        nodes.Proxy.Services.GetRequiredService<NodeRegistry>().Clusters.Single().IsLoaded = true;
        nodes[0].Behaviour = _ =>
        {
            nodes.Clock.Pass(Overdue);
            return Task.CompletedTask;
        };

        var visit = await visitor.GetAsync();

        Assert.Equal(("n0", 1), (visit.Body, visit.Attempts));
        Assert.Equal(("hedge", "loaded"), (Tag(refused, "shadowproxy.attempt"), Tag(refused, "shadowproxy.reason")));
    }

    [Theory]
    [InlineData("GET", NoHedging)]
    [InlineData("GET", """ "InFlight": "Abort" """)]
    [InlineData("GET", """ "Hedging": false, "InFlight": "Replay" """)]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "")]
    public async Task Answer_OverdueWhereHedgingIsNotFor_TheFirstNodeAlone(string method, string defaults)
    {
        await using var nodes = await StartAsync(defaults);
        var visitor = await nodes.VisitorOfAsync("n0");
        nodes[0].Behaviour = _ =>
        {
            nodes.Clock.Pass(Overdue);
            return Task.CompletedTask;
        };

        var visit = await visitor.SendAsync(new HttpMethod(method), "/", null, "r");

        Assert.Equal((HttpStatusCode.OK, "n0", 1), (visit.Status, visit.Body, visit.Attempts));
        Assert.Equal(0, nodes[1].Backend.RequestsOf("r"));
    }

    [Fact]
    public async Task Hedge_SecondNodeCannotServe_FirstAnswerCounts()
    {
        await using var nodes = await StartAsync();
        var visitor = await nodes.VisitorOfAsync("n0");
        var asked = new TaskCompletionSource();
        nodes[1].Behaviour = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            asked.SetResult();
            return Task.CompletedTask;
        };
        nodes[0].Behaviour = _ =>
        {
            nodes.Clock.Pass(Overdue);
            return asked.Task.Soon();
        };

        var visit = await visitor.SendAsync(HttpMethod.Get, "/", null, "r");

        Assert.Equal((HttpStatusCode.OK, "n0"), (visit.Status, visit.Body));
    }

    [Fact]
    public async Task Hedge_FirstNodeBreaksMeanwhile_SecondAnswerCounts()
    {
        await using var nodes = await StartAsync();
        var visitor = await nodes.VisitorOfAsync("n0");
        var broken = new TaskCompletionSource();
        nodes[1].Behaviour = _ => broken.Task.Soon();
        nodes[0].Behaviour = context =>
        {
            nodes.Clock.Pass(Overdue);
            context.Abort();
            broken.SetResult();
            return Task.CompletedTask;
        };

        var visit = await visitor.SendAsync(HttpMethod.Get, "/", null, "r");

        Assert.Equal((HttpStatusCode.OK, "n1", 2), (visit.Status, visit.Body, visit.Attempts));
        Assert.Equal((1, 1), (nodes[0].Backend.RequestsOf("r"), nodes[1].Backend.RequestsOf("r")));
    }

    [Fact]
    public async Task Hedge_BothAnswerAtOnce_EachRequestIsAnsweredOnceAndNothingIsLeft()
    {
        const int requests = 100;
        await using var nodes = await StartAsync();
        foreach (var node in nodes.All)
        {
            node.Behaviour = _ =>
            {
                nodes.Clock.Pass(Overdue);
                return Task.CompletedTask;
            };
        }

        for (var i = 0; i < requests; i += 10)
        {
            var visits = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => nodes.CreateVisitor().GetAsync()));
            Assert.All(visits, visit => Assert.Equal(HttpStatusCode.OK, visit.Status));
            nodes.Tick();
        }

        await Patience.EventuallyAsync(() => nodes.Ids.All(id => nodes.Status(id).InFlight == 0));
    }

    [Theory]
    [InlineData("GET", 0, false, true)]
    [InlineData("GET", 0, false, true, "Replay")]
    [InlineData("PUT", 1000, false, true)]
    [InlineData("DELETE", 0, false, true)]
    [InlineData("POST", 1000, true, true)]
    [InlineData("POST", 0, true, true)]
    [InlineData("POST", 1000, false, false)]
    [InlineData("PUT", 64 * 1024, false, true)]
    [InlineData("PUT", (64 * 1024) + 1, false, false)]
    [InlineData("PUT", (64 * 1024) + 1, false, true, "Drain", 128 * 1024)]
    [InlineData("PUT", 1000, false, false, "Drain", 999)]
    public async Task Node_FoundDeadWhileARequestWaits_AnotherNodeAnswersWhatMayBeRepeated(
        string method, int length, bool keyed, bool replayed, string inFlight = "Drain", int? limit = null)
    {
        await using var nodes = await StartAsync(
            $$""" "InFlight": "{{inFlight}}", "Hedging": false, "IdempotencyHeader": "{{Key}}", "ReplayBodyLimit": {{limit ?? 64 * 1024}} """);
        var visitor = await nodes.VisitorOfAsync("n0");
        byte[]? received = null;
        nodes[1].Behaviour = async context =>
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes);
            received = bytes.ToArray();
        };
        var released = new TaskCompletionSource();
        nodes[0].Behaviour = async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            // The proxy, too, has seen the body's end by the time that its node has.
            await Patience.EventuallyAsync(() => nodes.Status("n0").InFlight == 1);
            nodes.Clock.Pass(Overdue);
            FindDead(nodes, "n0");
            nodes.Tick();
            if (replayed)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => released.SetResult(), TaskScheduler.Default);
        };

        var body = new byte[length];
        new Random(length).NextBytes(body);
        using var content = length == 0 ? null : new ByteArrayContent(body);
        if (keyed)
            visitor.Headers[Key] = "k";
        var visit = await visitor.SendAsync(new HttpMethod(method), "/", content, "r");

        Assert.Equal((HttpStatusCode.OK, replayed ? "n1" : "n0"), (visit.Status, visit.Body));
        Assert.Equal((1, replayed ? 1 : 0), (nodes[0].Backend.RequestsOf("r"), nodes[1].Backend.RequestsOf("r")));
        if (replayed)
        {
            Assert.Equal(body, received);
            await released.Task.Soon();
        }
    }

    [Fact]
    public async Task Node_FoundDeadWhereRequestsAreAborted_NobodyElseIsAsked()
    {
        await using var nodes = await StartAsync(""" "InFlight": "Abort" """);
        var visitor = await nodes.VisitorOfAsync("n0");
        var ended = HangAsync(nodes, nodes[0], () =>
        {
            nodes.Clock.Pass(Overdue);
            FindDead(nodes, "n0");
            nodes.Tick();
        });

        var visit = await visitor.SendAsync(HttpMethod.Get, "/", null, "r");

        await ended;
        Assert.Equal((false, 1, 0), (visit.Status == HttpStatusCode.OK, visit.Attempts, nodes[1].Backend.RequestsOf("r")));
    }

    private static Task<TestNodes> StartAsync(string defaults = "") => TestNodes.StartAsync(
        2, configuration => configuration with { Shadowing = TestNodes.Shadowing($"\"Defaults\": {{ {defaults} }}") });

    /// <summary>The node does something, and then answers no more.</summary>
    /// <returns>Ends when the node sees that nobody waits for its answer.</returns>
    private static Task HangAsync(TestNodes nodes, TestNodeBackend node, Action first)
    {
        var ended = new TaskCompletionSource();
        node.Behaviour = async context =>
        {
            first();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => ended.SetResult(), TaskScheduler.Default);
        };
        return ended.Task.Soon();
    }

    private static MetricCollector<long> Count(TestNodes nodes, string what) =>
        new(nodes.Proxy.Services.GetRequiredService<IMeterFactory>(), "ShadowProxy", $"shadowproxy.request.{what}");

    private static string? Tag(MetricCollector<long> counted, string name) => (string?)Assert.Single(counted.GetMeasurementSnapshot()).Tags[name];

    private static void FindDead(TestNodes nodes, string id)
    {
        var node = nodes.Proxy.Services.GetRequiredService<NodeRegistry>().Clusters.SelectMany(cluster => cluster.Nodes).Single(n => n.Id == id);
        for (var i = 0; i < 2; i++)
            node.Probes.Add(new ProbeResult(Alive: false, TimeSpan.Zero, TimeSpan.Zero, "refused", Refused: true));
    }
}
