using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Faults;

namespace ShadowProxy.Tests.Lab.Backends;

public sealed class SampleBackendTests : IAsyncLifetime
{
    private static readonly SampleBackendOptions Options = new() { Name = "north", DelayMs = 0 };
    private readonly StringWriter _output = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false });
    private readonly WebApplication _backend;

    public SampleBackendTests() => _backend = SampleBackend.Build(Options, _output);

    private sealed record Answer(string Backend, string Path, string Session);

    public async ValueTask InitializeAsync()
    {
        await _backend.StartAsync();
        _client.BaseAddress = new Uri(_backend.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _backend.DisposeAsync();
        await _output.DisposeAsync();
    }

    [Fact]
    public async Task AgentPort_Asked_AnswersOfTheSameLoadAsTheReports()
    {
        var port = FreePorts.Next();
        await using var backend = SampleBackend.Build(Options with { AgentPort = port }, _output);
        await backend.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var reader = new StreamReader(client.GetStream());

        Assert.Equal("up 100%\n", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task SlowSessions_Share_IsOfSessionsNotOfRequests()
    {
        var sessions = Enumerable.Range(0, 100).Select(i => $"s{i}").ToLookup(session => SessionShare.Includes(session, 0.5));
        StartFault(FaultLevel.Normal with { SlowSessions = 0.5, SlowMs = 3_600_000 });
        using var cancellation = new CancellationTokenSource();

        var slow = sessions[true].Take(5).Select(session => GetAsync(session, cancellation.Token)).ToList();
        foreach (var session in sessions[false].Take(5))
            (await GetAsync(session, CancellationToken.None)).Dispose();

        Assert.All(slow, answer => Assert.False(answer.IsCompleted));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(slow));

        Task<HttpResponseMessage> GetAsync(string session, CancellationToken stop) => _client.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", $"sid={session}" } } }, stop);
    }

    [Fact]
    public async Task Get_WithoutSession_IsGivenOne()
    {
        using var response = await _client.GetAsync("/any/path");
        var answer = await response.Content.ReadFromJsonAsync<Answer>();

        Assert.Equal(("north", "/any/path"), (answer!.Backend, answer.Path));
        Assert.StartsWith($"sid={answer.Session};", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal("north", response.Headers.GetValues("X-Backend").Single());
        Assert.Single(response.Headers.GetValues("endpoint-load-metrics"));
    }

    [Fact]
    public async Task Get_WithSession_KeepsIt()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", "sid=mine" } } };
        using var response = await _client.SendAsync(request);

        Assert.Equal("mine", (await response.Content.ReadFromJsonAsync<Answer>())!.Session);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Post_WithRequestId_SaysItsWorkOnceWhateverTheAnswer()
    {
        using var first = await PostAsync("one");
        StartFault(FaultLevel.Normal with { ErrorRate = 1 });
        using var failed = await PostAsync("two");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (first.StatusCode, failed.StatusCode));
        Assert.Equal("body", await first.Content.ReadAsStringAsync());
        Assert.Equal(["work one", "work two"], _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Get_Hanging_IsNotAnsweredWhileHealthIs()
    {
        StartFault(FaultLevel.Normal with { HangRate = 1, ErrorRate = 1 });
        using var cancellation = new CancellationTokenSource();
        var hanging = _client.GetAsync("/", cancellation.Token);

        Assert.Equal("Healthy", await _client.GetStringAsync("/health"));
        Assert.False(hanging.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
    }

    [Fact]
    public async Task Bytes_OverAChunk_AreAllThere()
    {
        var bytes = await _client.GetByteArrayAsync("/bytes/200001");

        Assert.Equal(Enumerable.Range(0, 200_001).Select(i => (byte)i), bytes);
    }

    [Fact]
    public async Task Stream_Get_SendsEvents()
    {
        using var response = await _client.GetAsync("/stream?events=2");

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("event: tick\ndata: 0\n\nevent: tick\ndata: 1\n\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task WebSocket_Message_ComesBack()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(_client.BaseAddress!) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task Http2_WithoutTls_Answers()
    {
        await using var backend = SampleBackend.Build(Options with { Http2 = true }, TextWriter.Null);
        await backend.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, backend.Urls.Single())
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await _client.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
    }

    private void StartFault(FaultLevel level) => _backend.Services.GetRequiredService<FaultClock>()
        .Start(new FaultScript(TimeSpan.FromMinutes(1), [new(0, level)]), fairRps: 10, seed: 1);

    private Task<HttpResponseMessage> PostAsync(string id) => _client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/echo")
    {
        Content = new StringContent("body"),
        Headers = { { "X-Request-Id", id } },
    });
}
