using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>A new version is rolled out: each process is told to stop, and its agent lets the proxy know first.</summary>
public sealed class DeploymentTests : IAsyncLifetime
{
    private const string Leaving = "n0";
    private const int SessionsPerWorker = 5;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 }) { Timeout = Patience.Limit };
    private BackendProcess[] _backends = [];
    private TestProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _backends = await Task.WhenAll(Enumerable.Range(0, 3).Select(index => BackendProcess.StartAsync(
            new BackendProcessOptions { Name = $"n{index}", DelayMs = 1, DrainTimeout = DrainTimeout })));
        _proxy = await TestProxy.StartAsync(
            new ProxyConfiguration
            {
                Nodes = [.. _backends.Select(backend => new TestNode(backend.Name, backend.Address))],
                Shadowing = TestNodes.Shadowing(),
            },
            services: services => services.AddSingleton(new RandomSource(seed: 1)));
        _client.BaseAddress = _proxy.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await Task.WhenAll(_backends.Select(backend => backend.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Node_ToldToStop_FlowsLeaveBeforeItStopsAndNoRequestFails()
    {
        await using var traffic = new ClosedLoop(VisitAsync);
        await traffic.AnswersAsync(500);
        var session = await SessionOnAsync(Leaving);
        var ending = ReadStreamAsync(session, events: 100);
        var endless = ReadStreamAsync(session, events: int.MaxValue);
        using var socket = await OpenSocketAsync(session);
        var told = socket.ReceiveAsync(new byte[16], CancellationToken.None);

        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{_backends[0].Id}"]))
            await kill.WaitForExitAsync();

        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.EndpointUnavailable), ((await told.Soon()).MessageType, socket.CloseStatus));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal(100, await ending.Soon());
        Assert.InRange(await endless.Soon(), 100, int.MaxValue);
        await _backends[0].Exited.WaitAsync(DrainTimeout);
        await traffic.AnswersAsync(500);
        Assert.Empty(await traffic.StopAsync());

        var moves = _proxy.Control.GetMigrations();
        Assert.NotEmpty(moves);
        Assert.All(moves, move => Assert.Equal((Leaving, MigrationReason.Drained), (move.From, move.Reason)));
        var changes = _proxy.Control.GetEvents().Reverse()
            .Where(e => e.Name == "shadowproxy.node.state_changed")
            .Select(e => (e.Node, e.From, e.To, e.Reason)).ToArray();
        Assert.Equal(
            [
                (Leaving, nameof(NodeState.Healthy), nameof(NodeState.Evacuating), MigrationReason.Drained),
                (Leaving, nameof(NodeState.Evacuating), nameof(NodeState.Evacuated), MigrationReason.Drained),
            ],
            changes.Take(2));
        Assert.All(changes.Skip(2), change => Assert.Equal((Leaving, MigrationReason.Failed), (change.Node, change.Reason)));
    }

    private static string SessionOf(int worker, int number) => $"{worker}-{number % SessionsPerWorker}";

    /// <summary>Reads, and now and then orders something that must not be done twice.</summary>
    private async Task<string?> VisitAsync(int worker, int number)
    {
        await Task.Delay(Pause);
        using var response = await SendAsync(SessionOf(worker, number), number % 4 == 0 ? HttpMethod.Post : HttpMethod.Get, "/");
        await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? null : $"{response.StatusCode}: {response.Headers}";
    }

    private async Task<HttpResponseMessage> SendAsync(string session, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { { "Cookie", $"sid={session}" } } };
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<string> SessionOnAsync(string node)
    {
        for (var i = 0; ; i++)
        {
            using var response = await SendAsync($"streams{i}", HttpMethod.Get, "/");
            var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            if (answer.GetProperty("backend").GetString() == node)
                return $"streams{i}";
        }
    }

    /// <summary>Reads a stream of events to its end.</summary>
    /// <returns>How many there were.</returns>
    private async Task<int> ReadStreamAsync(string session, int events)
    {
        using var response = await SendAsync(session, HttpMethod.Get, $"/stream?events={events}");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var count = 0;
        while (await reader.ReadLineAsync() is { } line)
            count += line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        return count;
    }

    private async Task<ClientWebSocket> OpenSocketAsync(string session)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", $"sid={session}");
        await socket.ConnectAsync(new UriBuilder(_proxy.Address) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        return socket;
    }
}
