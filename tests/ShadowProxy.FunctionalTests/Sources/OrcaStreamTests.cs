using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.NodeAgent.Protocol;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>ORCA out of band, against gRPC's own server.</summary>
public sealed class OrcaStreamTests
{
    private const string Sources = """ "Clusters": { "nodes": { "Sources": { "Orca": { "Interval": "00:00:01.5" } } } } """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_Reports_AreTheNodesLoad(bool tls)
    {
        await using var node = await OrcaNode.StartAsync(tls);
        await using var proxy = await StartAsync(node);

        var call = await node.Calls.ReadAsync().AsTask().Soon();
        await call.Reports.WriteAsync(new OrcaLoadReport { CpuUtilization = 0.5, MemUtilization = 0.25, ApplicationUtilization = 0.75, NamedMetrics = { ["queue"] = 3 } });

        await Patience.EventuallyAsync(() => Component(proxy, "saturation") == 0.75);
        Assert.Equal((0.5, 0.25), (Component(proxy, "cpu"), Component(proxy, "memory")));
        Assert.Equal(TimeSpan.FromSeconds(1.5), call.Request.ReportInterval.ToTimeSpan());
        var source = Source(proxy)!;
        Assert.Equal(("orca", SourceState.Ok, "cpu 0.50, memory 0.25, application 0.75", null), (source.Source, source.State, source.Says, source.Error));
    }

    [Fact]
    public async Task Stream_Ends_IsAskedForAgain()
    {
        await using var node = await OrcaNode.StartAsync();
        await using var proxy = await StartAsync(node);
        var call = await node.Calls.ReadAsync().AsTask().Soon();
        await call.Reports.WriteAsync(new OrcaLoadReport { CpuUtilization = 0.5 });

        await call.Reports.WriteAsync(null);
        var again = await node.Calls.ReadAsync().AsTask().Soon();
        await again.Reports.WriteAsync(new OrcaLoadReport { CpuUtilization = 0.625 });

        await Patience.EventuallyAsync(() => Component(proxy, "cpu") == 0.625);
        Assert.True(Source(proxy) is { Readings: 2, Failures: 1 });
    }

    [Fact]
    public async Task Stream_NodeRestarts_IsAskedForAgain()
    {
        await using var node = await OrcaNode.StartAsync();
        await using var proxy = await StartAsync(node);
        await node.Calls.ReadAsync().AsTask().Soon();

        await node.Backend.AbortAsync();
        await Patience.EventuallyAsync(() => Source(proxy)?.State == SourceState.Failing);
        await using var restarted = await node.Backend.RestartAsync(context => context.Response.WriteAsync("no gRPC"));

        await Patience.EventuallyAsync(() => restarted.Requests > 0);
    }

    [Fact]
    public async Task Service_NotThere_IsSaidOnceAndRequestsGoOn()
    {
        await using var backend = await TestBackend.StartAsync(
            async context =>
            {
                if (context.Request.Path.StartsWithSegments("/xds.service.orca.v3.OpenRcaService"))
                {
                    context.Response.ContentType = "application/grpc";
                    context.Response.Headers["grpc-status"] = "12";
                    return;
                }

                await context.Response.WriteAsync("answer");
            },
            new LoopbackListener { Protocols = HttpProtocols.Http2 });
        await using var proxy = await TestProxy.StartAsync(Configuration(backend));
        using var session = proxy.CreateSession();

        await Patience.EventuallyAsync(() => Source(proxy)?.State == SourceState.Failing);

        Assert.Equal("answer", await session.GetAsync());
        Assert.Equal("the node has no xds.service.orca.v3.OpenRcaService", Source(proxy)!.Error);
        Assert.Equal(1, Source(proxy)!.Failures);
    }

    [Fact]
    public async Task Reload_SourceGoes_StreamEndsAndIsNoLongerShown()
    {
        await using var node = await OrcaNode.StartAsync();
        await using var proxy = await StartAsync(node);
        var call = await node.Calls.ReadAsync().AsTask().Soon();
        await call.Reports.WriteAsync(new OrcaLoadReport { CpuUtilization = 0.5 });
        await Patience.EventuallyAsync(() => Component(proxy, "cpu") == 0.5);
        var cancelled = new TaskCompletionSource();
        await using var registration = call.Cancelled.Register(cancelled.SetResult);

        await proxy.ReloadAsync(Configuration(node.Backend) with { Shadowing = "{}" });

        await cancelled.Task.Soon();
        Assert.Null(Source(proxy));
        await Patience.EventuallyAsync(() => double.IsNaN(Component(proxy, "cpu")));
    }

    private static ProxyConfiguration Configuration(TestBackend backend) =>
        ProxyConfiguration.For(backend) with { DestinationVersion = "2", Shadowing = $"{{ {Sources} }}" };

    private static Task<TestProxy> StartAsync(OrcaNode node) => TestProxy.StartAsync(Configuration(node.Backend));

    private static NodeStatus Node(TestProxy proxy) => proxy.Control.GetNodes().Single();

    private static SourceStatus? Source(TestProxy proxy) => Node(proxy).Sources.SingleOrDefault(source => source.Source == "orca");

    private static double Component(TestProxy proxy, string name) =>
        Node(proxy).Components.Where(component => component.Name == name).Select(component => component.Value).SingleOrDefault(double.NaN);
}
