using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.NodeAgent.Protocol;

namespace ShadowProxy.FunctionalTests.NodeAgent;

/// <summary>Load reports out of band, over real HTTP/2.</summary>
public sealed class OrcaServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Floor = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private AgentNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await AgentNode.StartAsync(
        HttpProtocols.Http2,
        options =>
        {
            options.SampleInterval = Floor;
            options.Utilization["queue"] = () => 0.75;
        },
        services => services.AddSingleton<TimeProvider>(_time));

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Stream_Asked_ReportsAtOnceAllThatIsKnown()
    {
        using var channel = _node.Connect();
        using var call = Ask(channel, TimeSpan.FromSeconds(1));

        var report = await NextAsync(call);

        Assert.InRange(report.MemUtilization, 0.001, 1);
        Assert.Equal(["gc_pause", "heap", "queue"], report.Utilization.Keys.Order());
        Assert.All(report.Utilization.Values, value => Assert.InRange(value, 0, 1));
        Assert.Equal(0.75, report.Utilization["queue"]);
        Assert.Equal(
            ["connections", "draining", "in_flight", "thread_pool_queue", "thread_pool_wait_ms"], report.NamedMetrics.Keys.Order());
        // The stream itself is no request in flight.
        Assert.Equal((0, 0), (report.NamedMetrics["in_flight"], report.NamedMetrics["draining"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(600)]
    [InlineData(-5)]
    public async Task Stream_TimePasses_ReportsEachIntervalAndNotMoreOftenThanItIsMeasured(int asked)
    {
        using var channel = _node.Connect();
        using var call = Ask(channel, TimeSpan.FromSeconds(asked));
        await NextAsync(call);
        var interval = asked > Floor.TotalSeconds ? TimeSpan.FromSeconds(asked) : Floor;

        var next = NextAsync(call);
        var passed = TimeSpan.Zero;
        while (!next.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            passed += TimeSpan.FromSeconds(1);
            if (passed < interval)
                Assert.False(next.IsCompleted);
            else
                await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }

        Assert.InRange((await next).MemUtilization, 0.001, 1);
    }

    [Fact]
    public async Task Stream_NodeDrainsAndStays_IsToldAtOnce()
    {
        using var channel = _node.Connect();
        using var call = Ask(channel, TimeSpan.FromHours(1));
        await NextAsync(call);

        _node.Drain.Drain();
        Assert.Equal(1, (await NextAsync(call)).NamedMetrics["draining"]);
        _node.Drain.Resume();
        Assert.Equal(0, (await NextAsync(call)).NamedMetrics["draining"]);
    }

    [Fact]
    public async Task Stream_ServerStops_Ends()
    {
        using var channel = _node.Connect();
        using var call = Ask(channel, TimeSpan.FromHours(1));
        await NextAsync(call);

        await _node.StopAsync().Soon();

        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
    }

    private static AsyncServerStreamingCall<OrcaLoadReport> Ask(ChannelBase channel, TimeSpan interval) =>
        new OpenRcaService.OpenRcaServiceClient(channel).StreamCoreMetrics(new OrcaLoadReportRequest
        {
            ReportInterval = Duration.FromTimeSpan(interval),
        });

    private static async Task<OrcaLoadReport> NextAsync(AsyncServerStreamingCall<OrcaLoadReport> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
        return call.ResponseStream.Current;
    }
}
