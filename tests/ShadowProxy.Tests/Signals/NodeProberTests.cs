using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Signals;

namespace ShadowProxy.Tests.Signals;

public sealed class NodeProberTests : IDisposable
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private readonly NodeProber _prober = new(TimeProvider.System);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task ProbeAsync_NodeThatListens_IsAliveToAConnect()
    {
        var result = await _prober.ProbeAsync(new(Listen(), null, Ample), default);

        Assert.True(result.Alive, result.Error);
        Assert.True(result.ConnectTime > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, result.AnswerTime);
        Assert.Null(result.Error);
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(204, null)]
    [InlineData(302, "answered 302")]
    [InlineData(500, "answered 500")]
    [InlineData(503, "answered 503")]
    public async Task ProbeAsync_Answer_IsAliveWhere2xx(int status, string? error)
    {
        await using var node = await StartAsync(status);

        var result = await _prober.ProbeAsync(new(node.Address, "/health", Ample), default);

        Assert.Equal(error, result.Error);
        Assert.Equal(error is null, result.Alive);
        Assert.False(result.Refused);
        Assert.True(result.AnswerTime > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(401, "200-299, 401", null)]
    [InlineData(204, "401", "answered 204")]
    public async Task ProbeAsync_StatusesAreGiven_TheseAloneMeanWell(int status, string statuses, string? error)
    {
        await using var node = await StartAsync(status);

        var result = await _prober.ProbeAsync(new(node.Address, "/health", Ample) { Statuses = StatusSet.Parse(statuses)! }, default);

        Assert.Equal(error, result.Error);
    }

    [Theory]
    [InlineData("all is well", "well", null)]
    [InlineData("all is well", "Well", "answered without 'Well'")]
    [InlineData("", "well", "answered without 'well'")]
    public async Task ProbeAsync_BodyIsExpected_ItMustStandInTheAnswer(string body, string expected, string? error)
    {
        await using var node = await StartAsync(200, body: body);

        var result = await _prober.ProbeAsync(new(node.Address, "/health", Ample) { Body = expected }, default);

        Assert.Equal((error is null, error), (result.Alive, result.Error));
    }

    [Theory]
    [InlineData("Healthy", true, false)]
    [InlineData("Degraded", true, true)]
    [InlineData("Unhealthy", false, false)]
    [InlineData("""{ "status": "Degraded", "results": { "store": { "status": "Unhealthy" } } }""", true, true)]
    [InlineData("Something is Degraded", true, false)]
    public async Task ProbeAsync_HealthChecksAnswer_IsUnderstood(string body, bool alive, bool degraded)
    {
        await using var node = await StartAsync(200, body: body);

        var result = await _prober.ProbeAsync(new(node.Address, "/health", Ample), default);

        Assert.Equal((alive, degraded), (result.Alive, result.Degraded));
    }

    [Fact]
    public async Task ProbeAsync_AnswerWithoutEnd_IsReadAsFarAsItMatters()
    {
        await using var node = await StartAsync(200, body: new string('x', NodeProber.MostBodyBytes) + "beyond", isEndless: true);

        var result = await _prober.ProbeAsync(new(node.Address, "/health", Ample), default);
        var beyond = await _prober.ProbeAsync(new(node.Address, "/health", Ample) { Body = "beyond" }, default);

        Assert.True(result.Alive, result.Error);
        Assert.Equal("answered without 'beyond'", beyond.Error);
    }

    [Fact]
    public async Task ProbeAsync_NodeOfHttp2Alone_IsAliveToAProbeOfHttp2()
    {
        await using var node = await StartAsync(200, protocols: HttpProtocols.Http2);

        var old = await _prober.ProbeAsync(new(node.Address, "/health", Ample), default);
        var result = await _prober.ProbeAsync(
            new(node.Address, "/health", Ample) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, default);

        Assert.False(old.Alive);
        Assert.True(result.Alive, result.Error);
    }

    [Fact]
    public async Task ProbeAsync_SeveralProbes_ComeOverConnectionsOfTheirOwnBelowTheAddress()
    {
        await using var node = await StartAsync(200);

        for (var i = 0; i < 3; i++)
            await _prober.ProbeAsync(new(new Uri(node.Address, "/base/"), "health?full=1", Ample), default);

        Assert.Equal(3, node.Requests.Select(request => request.Connection).Distinct().Count());
        Assert.All(node.Requests, request => Assert.Equal("/base/health?full=1", request.Path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/health")]
    public async Task ProbeAsync_NothingListens_IsRefused(string? path)
    {
        var address = Listen();
        _listener.Stop();

        var result = await _prober.ProbeAsync(new(address, path, Ample), default);

        Assert.False(result.Alive);
        Assert.True(result.Refused);
        Assert.NotNull(result.Error);
        Assert.Equal(TimeSpan.Zero, result.AnswerTime);
    }

    [Fact]
    public async Task ProbeAsync_NoAnswer_IsDeadAfterTheTimeout()
    {
        var time = new FakeTimeProvider();
        var address = Listen();

        var probe = new NodeProber(time).ProbeAsync(new(address, "/health", TimeSpan.FromSeconds(1)), default);
        using var connection = await _listener.AcceptSocketAsync();
        await connection.ReceiveAsync(new byte[1]);
        time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(probe.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var result = await probe;

        Assert.False(result.Alive);
        Assert.False(result.Refused);
        Assert.Equal("no answer within 1000 ms", result.Error);
        Assert.Equal(TimeSpan.Zero, result.ConnectTime);
        Assert.Equal(TimeSpan.FromSeconds(1), result.AnswerTime);
    }

    [Fact]
    public async Task ProbeAsync_ConnectionClosedUnanswered_IsDeadAndNotRefused()
    {
        var probe = _prober.ProbeAsync(new(Listen(), "/health", Ample), default);
        using (var connection = await _listener.AcceptSocketAsync())
            await connection.ReceiveAsync(new byte[1]);
        var result = await probe;

        Assert.False(result.Alive);
        Assert.False(result.Refused);
        Assert.NotNull(result.Error);
    }

    [Fact]
    public async Task ProbeAsync_Cancelled_GivesNoResult()
    {
        using var cancellation = new CancellationTokenSource();
        var probe = _prober.ProbeAsync(new(Listen(), "/health", Ample), cancellation.Token);
        using var connection = await _listener.AcceptSocketAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
    }

    [Fact]
    public async Task ProbeAsync_UnknownCertificate_IsAliveOnlyWhereAnyWillDo()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await using var node = await StartAsync(200, certificate);

        var strict = await _prober.ProbeAsync(new(node.Address, "/health", Ample), default);
        var lax = await _prober.ProbeAsync(new(node.Address, "/health", Ample) { AcceptAnyCertificate = true }, default);

        Assert.False(strict.Alive);
        Assert.Contains("certificate", strict.Error);
        Assert.True(lax.Alive, lax.Error);
    }

    private Uri Listen()
    {
        _listener.Start();
        return new Uri($"http://{_listener.LocalEndpoint}");
    }

    private static async Task<Node> StartAsync(
        int status, X509Certificate2? certificate = null, string body = "", bool isEndless = false, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var node = new Node(builder.Build());
        node.Application.Run(async context =>
        {
            node.Requests.Enqueue((context.Connection.Id, context.Request.Path + context.Request.QueryString));
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            if (body.Length > 0)
                await context.Response.WriteAsync(body);
            if (isEndless)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await node.Application.StartAsync();
        return node;
    }

    private sealed record Node(WebApplication Application) : IAsyncDisposable
    {
        public Uri Address => new(Application.Urls.Single());

        public ConcurrentQueue<(string Connection, string Path)> Requests { get; } = [];

        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }
}
