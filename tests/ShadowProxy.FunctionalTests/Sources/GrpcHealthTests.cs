using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>The gRPC health protocol, as ASP.NET Core's own package offers it.</summary>
public sealed class GrpcHealthTests
{
    private const string Orders = "orders";

    public static TheoryData<string, SourceState> Broken => new()
    {
        { "silent", SourceState.Failing },
        { "no-grpc", SourceState.Failing },
        { "garbage", SourceState.Nonsense },
        { "oversize", SourceState.Failing },
        { "unknown-status", SourceState.Nonsense },
        { "unimplemented", SourceState.Failing },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NotServing_ANode_ItsFlowsLeaveUntilItServesAgain(bool knowsWatch)
    {
        var health = HealthStatus.Healthy;
        await using var first = await StartNodeAsync("n0", () => health, knowsWatch);
        await using var second = await StartNodeAsync("n1", () => HealthStatus.Healthy);
        await using var proxy = await StartProxyAsync("", first, second);
        await using var load = Load(proxy);
        await Patience.EventuallyAsync(() => Source(proxy, "n0").Says == "serving" && Source(proxy, "n1").Says == "serving");

        health = HealthStatus.Unhealthy;
        await Patience.EventuallyAsync(() => Status(proxy, "n0").State == NodeState.Evacuated);
        var away = Status(proxy, "n0");
        await load.AnswersAsync(100);
        health = HealthStatus.Healthy;
        await Patience.EventuallyAsync(() => Status(proxy, "n0").State == NodeState.Probation);

        Assert.Equal((MigrationReason.Drained, NodeState.Healthy), (away.Reason, Status(proxy, "n1").State));
        Assert.Contains(away.Evidence, evidence => evidence.Text.Contains("not serving", StringComparison.Ordinal));
        Assert.Empty(await load.StopAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Service_ThatTheNodeDoesNotKnow_IsSaidAndMovesNobody(bool knowsWatch)
    {
        await using var node = await StartNodeAsync("n0", () => HealthStatus.Unhealthy, knowsWatch);
        await using var proxy = await StartProxyAsync("no.such.Service", node);

        await Patience.EventuallyAsync(() => Source(proxy, "n0").State == SourceState.Nonsense);

        Assert.Equal("the node does not know service 'no.such.Service'", Source(proxy, "n0").Error);
        Assert.Equal((NodeState.Healthy, 1.0), (Status(proxy, "n0").State, Status(proxy, "n0").AdmittedShare));
    }

    [Fact]
    public async Task Service_ByName_IsTheOneThatCounts()
    {
        await using var node = await StartNodeAsync("n0", () => HealthStatus.Healthy);
        await using var proxy = await StartProxyAsync(Orders, node);

        await Patience.EventuallyAsync(() => Source(proxy, "n0").Says == "serving");
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Service_Broken_IsShownAndHarmsNobody(string how, SourceState state)
    {
        await using var first = await TestBackend.StartAsync(
            app =>
            {
                app.MapPost("/grpc.health.v1.Health/{method}", context => BreakAsync(context, how));
                app.MapFallback(context => context.Response.WriteAsync("n0"));
            },
            new LoopbackListener { Protocols = HttpProtocols.Http2 });
        await using var second = await StartNodeAsync("n1", () => HealthStatus.Healthy);
        await using var proxy = await StartProxyAsync("", first, second);
        await using var load = Load(proxy);

        await Patience.EventuallyAsync(() => Source(proxy, "n0").State == state && Source(proxy, "n1").Says == "serving");
        var others = Source(proxy, "n1").Readings;
        await Patience.EventuallyAsync(() => Source(proxy, "n1").Readings >= others + 5);
        await load.AnswersAsync(100);

        Assert.Equal((NodeState.Healthy, 1.0), (Status(proxy, "n0").State, Status(proxy, "n0").AdmittedShare));
        Assert.NotNull(Source(proxy, "n0").Error);
        Assert.Empty(await load.StopAsync());
    }

    [Fact]
    public async Task Service_Flapping_FailsNoRequestAndDelaysNobody()
    {
        var count = 0;
        await using var first = await StartNodeAsync(
            "n0", () => Interlocked.Increment(ref count) % 2 == 0 ? HealthStatus.Healthy : HealthStatus.Unhealthy, knowsWatch: false);
        await using var second = await StartNodeAsync("n1", () => HealthStatus.Healthy);
        await using var proxy = await StartProxyAsync("", first, second);
        await using var load = Load(proxy);

        await Patience.EventuallyAsync(() => Volatile.Read(ref count) >= 10);
        await load.AnswersAsync(50);

        Assert.Equal(NodeState.Healthy, Status(proxy, "n1").State);
        Assert.Empty(await load.StopAsync());
    }

    private static Task<TestBackend> StartNodeAsync(string id, Func<HealthStatus> health, bool knowsWatch = true) => TestBackend.StartAsync(
        app =>
        {
            app.Use((context, next) => !knowsWatch && context.Request.Path.Value!.EndsWith("/Watch", StringComparison.Ordinal)
                ? EndAsync(context, StatusCode.Unimplemented)
                : next(context));
            app.UseRouting();
            app.MapGrpcHealthChecksService();
            app.MapFallback(context => context.Response.WriteAsync(id));
        },
        new LoopbackListener { Protocols = HttpProtocols.Http2 },
        services =>
        {
            services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1)));
            services.AddGrpc();
            services.AddGrpcHealthChecks(options => options.Services.Map(Orders, _ => true))
                .AddCheck("test", () => new HealthCheckResult(health()));
        });

    private static Task<TestProxy> StartProxyAsync(string service, params TestBackend[] nodes) => TestProxy.StartAsync(ProxyConfiguration.For(nodes) with
    {
        DestinationVersion = "2",
        Shadowing = $$""" { "Defaults": { "Hedging": false, "Sources": { "GrpcHealth": { "Service": "{{service}}", "Interval": "00:00:00.2" } } } } """,
    });

    private static ClosedLoop Load(TestProxy proxy)
    {
        var sessions = Enumerable.Range(0, ClosedLoop.Workers).Select(_ => proxy.CreateSession()).ToArray();
        return new ClosedLoop(async (worker, _) =>
        {
            using var response = await sessions[worker].SendAsync(HttpMethod.Get, "/");
            return response.StatusCode == HttpStatusCode.OK ? null : response.StatusCode.ToString();
        });
    }

    private static NodeStatus Status(TestProxy proxy, string node) => proxy.Control.GetNodes().Single(status => status.Node == node);

    private static SourceStatus Source(TestProxy proxy, string node) =>
        Status(proxy, node).Sources.SingleOrDefault(source => source.Source == "grpc-health")
        ?? new SourceStatus("grpc-health", SourceState.Silent, double.NaN, null, null, 0, 0, 0);

    private static Task BreakAsync(HttpContext context, string how)
    {
        switch (how)
        {
            case "silent":
                return Task.Delay(Timeout.Infinite, context.RequestAborted);
            case "no-grpc":
                return context.Response.WriteAsync("<html>");
            case "unimplemented":
                return EndAsync(context, StatusCode.Unimplemented);
            case "garbage":
                return AnswerAsync(context, [0, 0, 0, 0, 2, 0xff, 0xff]);
            case "unknown-status":
                return AnswerAsync(context, [0, 0, 0, 0, 2, 8, 77]);
            default:
                return AnswerAsync(context, [0, 0x7f, 0xff, 0xff, 0xff, .. new byte[64 * 1024]]);
        }
    }

    private static async Task AnswerAsync(HttpContext context, byte[] message)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(message);
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private static Task EndAsync(HttpContext context, StatusCode status)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", ((int)status).ToString());
        return Task.CompletedTask;
    }
}
