using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>A node that dies without warning.</summary>
public sealed class CrashTests
{
    private const int Workers = 8;

    [Fact]
    public async Task Kill_UnderLoad_NoGetFailsNoPostIsExecutedTwiceAndTheNodeIsLeftAlone()
    {
        var backends = await Task.WhenAll(Enumerable.Range(0, 3).Select(index =>
            BackendProcess.StartAsync(new BackendProcessOptions { Name = $"n{index}", DelayMs = 1 })));
        await using var proxy = await TestProxy.StartAsync(
            new ProxyConfiguration { Nodes = [.. backends.Select(backend => new TestNode(backend.Name, backend.Address))] },
            around: app => app.Use(Visit.Tell));
        using var load = new Load(proxy.Address);
        try
        {
            var running = Enumerable.Range(0, Workers).Select(load.WorkAsync).ToArray();
            await load.AnswersAsync(400);

            backends[0].Kill();
            await backends[0].Exited.Soon();
            await Patience.EventuallyAsync(() => proxy.Control.GetNodes()[0].AdmittedShare == 0);
            load.ExpectOneAttempt();
            await load.AnswersAsync(400);
            load.Stop();
            await Task.WhenAll(running);
        }
        finally
        {
            foreach (var backend in backends)
                await backend.DisposeAsync();
        }

        Assert.Empty(load.FailedGets);
        Assert.All(load.FailedPosts, status => Assert.Equal(HttpStatusCode.BadGateway, status));
        Assert.Equal(0, load.FurtherAttempts);
        Assert.Distinct(backends.SelectMany(backend => backend.ExecutedWork));
        Assert.All(proxy.Control.GetMigrations(), move => Assert.Equal(("n0", MigrationReason.Failed), (move.From, move.Reason)));
        Assert.Equal(0, proxy.Control.MigratedWhileHealthy);
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

    /// <summary>Workers that each send the next request when the last is answered: nine GETs, then a POST, with a body or without.</summary>
    private sealed class Load(Uri address) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = address };
        private readonly ConcurrentQueue<HttpStatusCode> _failedGets = new();
        private readonly ConcurrentQueue<HttpStatusCode> _failedPosts = new();
        private volatile bool _oneAttempt;
        private volatile bool _stopped;
        private int _answers;
        private int _furtherAttempts;

        public IEnumerable<HttpStatusCode> FailedGets => _failedGets;

        public IEnumerable<HttpStatusCode> FailedPosts => _failedPosts;

        /// <summary>Attempts beyond the first, of requests begun when none should be needed any more.</summary>
        public int FurtherAttempts => _furtherAttempts;

        public void ExpectOneAttempt() => _oneAttempt = true;

        public void Stop() => _stopped = true;

        public void Dispose() => _http.Dispose();

        public Task AnswersAsync(int more)
        {
            var until = _answers + more;
            return Patience.EventuallyAsync(() => _answers >= until);
        }

        public async Task WorkAsync(int worker)
        {
            for (var number = 0; !_stopped; number++)
                await SendAsync($"{worker}-{number}", $"s{worker}-{number % 10}", isPost: number % 10 == 9, withBody: number % 20 == 9);
        }

        private async Task SendAsync(string id, string session, bool isPost, bool withBody)
        {
            using var request = new HttpRequestMessage(isPost ? HttpMethod.Post : HttpMethod.Get, "/");
            request.Headers.TryAddWithoutValidation("Cookie", $"{BackendProtocol.SessionCookie}={session}");
            request.Headers.TryAddWithoutValidation(BackendProtocol.RequestIdHeader, id);
            if (withBody)
                request.Content = new ByteArrayContent(new byte[100]);
            var oneAttempt = _oneAttempt;
            using var response = await _http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
                (isPost ? _failedPosts : _failedGets).Enqueue(response.StatusCode);
            if (oneAttempt)
                Interlocked.Add(ref _furtherAttempts, Visit.Read(response, "").Attempts - 1);
            Interlocked.Increment(ref _answers);
        }
    }
}
