using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>A node that dies without warning.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Kill_UnderLoad_NoGetFailsNoPostIsExecutedTwiceAndTheNodeIsLeftAlone()
    {
        var backends = await Task.WhenAll(Enumerable.Range(0, 3).Select(index =>
            BackendProcess.StartAsync(new BackendProcessOptions { Name = $"n{index}", DelayMs = 1 })));
        await using var proxy = await TestProxy.StartAsync(
            new ProxyConfiguration { Nodes = [.. backends.Select(backend => new TestNode(backend.Name, backend.Address))] },
            around: app => app.Use(Visit.Tell));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = proxy.Address };
        var (isGone, furtherAttempts) = (false, 0);
        var load = new ClosedLoop(async (worker, number) =>
        {
            var oneAttempt = Volatile.Read(ref isGone);
            var isPost = number % 10 == 9;
            using var request = new HttpRequestMessage(isPost ? HttpMethod.Post : HttpMethod.Get, "/");
            request.Headers.TryAddWithoutValidation("Cookie", $"{BackendProtocol.SessionCookie}=s{worker}-{number % 10}");
            request.Headers.TryAddWithoutValidation(BackendProtocol.RequestIdHeader, $"{worker}-{number}");
            if (number % 20 == 9)
                request.Content = new ByteArrayContent(new byte[100]);
            using var response = await client.SendAsync(request);
            if (oneAttempt)
                Interlocked.Add(ref furtherAttempts, Visit.Read(response, "").Attempts - 1);
            var expected = isPost && response.StatusCode == HttpStatusCode.BadGateway || response.StatusCode == HttpStatusCode.OK;
            return expected ? null : $"{request.Method} {response.StatusCode}";
        });
        IEnumerable<string> failures;
        try
        {
            await load.AnswersAsync(400);
            backends[0].Kill();
            await backends[0].Exited.Soon();
            await Patience.EventuallyAsync(() => proxy.Control.GetNodes()[0].AdmittedShare == 0);
            Volatile.Write(ref isGone, true);
            await load.AnswersAsync(400);
        }
        finally
        {
            failures = await load.StopAsync();
            foreach (var backend in backends)
                await backend.DisposeAsync();
        }

        Assert.Empty(failures);
        Assert.Equal(0, furtherAttempts);
        Assert.Distinct(backends.SelectMany(backend => backend.ExecutedWork));
        Assert.All(proxy.Control.GetMigrations(), move => Assert.Equal(("n0", MigrationReason.Failed), (move.From, move.Reason)));
        Assert.Equal(0, proxy.Control.MigratedWhileHealthy);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Crash_RequestsInFlight_GetsAreAnsweredElsewhereAndPostsAreNotSentTwice(HttpProtocols protocols)
    {
        await using var nodes = await TestNodes.StartAsync(3, nodeProtocols: protocols);
        Visitor[] visitors = [await nodes.VisitorOfAsync("n0"), await nodes.VisitorOfAsync("n0"), await nodes.VisitorOfAsync("n0")];
        using var arrived = new CountdownEvent(visitors.Length);
        nodes[0].Behaviour = context =>
        {
            arrived.Signal();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var get = visitors[0].SendAsync(HttpMethod.Get, "/", null, "get");
        var post = visitors[1].SendAsync(HttpMethod.Post, "/", new ByteArrayContent(new byte[10]), "post");
        var emptyPost = visitors[2].SendAsync(HttpMethod.Post, "/", null, "empty");
        await Patience.EventuallyAsync(() => arrived.IsSet);
        await nodes[0].Backend.AbortAsync();

        Assert.Equal((HttpStatusCode.OK, 2), await get is var got ? (got.Status, got.Attempts) : default);
        Assert.Equal((HttpStatusCode.BadGateway, 1), await post is var posted ? (posted.Status, posted.Attempts) : default);
        Assert.Equal((HttpStatusCode.BadGateway, 1), await emptyPost is var empty ? (empty.Status, empty.Attempts) : default);
        Assert.Equal([2, 1, 1], ((string[])["get", "post", "empty"]).Select(id => nodes.All.Sum(node => node.Backend.RequestsOf(id))));
    }

    [Fact]
    public async Task Connect_Refused_AfterTheSecondTickNoRequestIsTriedThere()
    {
        await using var nodes = await TestNodes.StartAsync(3);
        var visitors = Enumerable.Range(0, 30).Select(_ => nodes.CreateVisitor()).ToArray();
        var homes = await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
        nodes.Tick();
        await nodes[0].Backend.AbortAsync();
        var first = visitors[Array.FindIndex(homes, visit => visit.Body == "n0")];

        Assert.Equal(2, (await first.GetAsync()).Attempts);
        nodes.Tick(2);

        var visits = await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
        Assert.All(visits, visit => Assert.Equal((HttpStatusCode.OK, 1), (visit.Status, visit.Attempts)));
        Assert.Equal((NodeState.Evacuated, MigrationReason.Failed), (nodes.Status("n0").State, nodes.Status("n0").Reason));
        Assert.Equal(homes.Count(visit => visit.Body == "n0"), nodes.Control.MigratedFlows);
        Assert.All(visits.Zip(homes), pair => Assert.True(pair.Second.Body is "n0" || pair.First.Body == pair.Second.Body));
    }

    [Fact]
    public async Task Connect_RefusedByAll_TheLastNodeIsStillTried()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");
        foreach (var node in nodes.All)
            await node.Backend.AbortAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await visitor.GetAsync()).Status);
            nodes.Tick();
        }

        await using var again = await nodes[1].Backend.RestartAsync(nodes[1].AnswerAsync);

        Assert.Equal((HttpStatusCode.OK, "n1"), await visitor.GetAsync() is var visit ? (visit.Status, visit.Body) : default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Node_DiesWithoutTraffic_ProbesNoticeBeforeAnyRequestDoes(bool byHealthPath)
    {
        var probe = byHealthPath ? """ "Path": "/health", """ : "";
        await using var nodes = await TestNodes.StartAsync(
            3,
            configuration => configuration with
            {
                Shadowing = TestNodes.Shadowing($$""" "Defaults": { "Probe": { {{probe}} "Interval": "00:00:00.1" } } """),
            },
            stepped: false);
        var visitors = Enumerable.Range(0, 30).Select(_ => nodes.CreateVisitor()).ToArray();
        var homes = await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));
        if (byHealthPath)
            nodes[0].Behaviour = UnhealthyAsync;
        else
            await nodes[0].Backend.AbortAsync();

        await Patience.EventuallyAsync(() => nodes.Status("n0").AdmittedShare == 0);
        var visits = await Task.WhenAll(visitors.Select(visitor => visitor.GetAsync()));

        Assert.All(visits, visit => Assert.Equal((HttpStatusCode.OK, 1), (visit.Status, visit.Attempts)));
        Assert.DoesNotContain("n0", visits.Select(visit => visit.Body));
        Assert.Equal(homes.Count(visit => visit.Body == "n0"), nodes.Control.MigratedFlows);
        Assert.Equal(MigrationReason.Failed, nodes.Status("n0").Reason);
    }

    private static Task UnhealthyAsync(HttpContext context)
    {
        if (context.Request.Path == "/health")
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}
