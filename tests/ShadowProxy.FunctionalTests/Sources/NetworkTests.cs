using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>What the kernel knows of the connections to nodes.</summary>
public sealed class NetworkTests
{
    private const int Second = 11;

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Network_OfNodesWithConnections_IsShownAndMeasured(HttpProtocols protocols)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone tells");
        await using var nodes = await TestNodes.StartAsync(2, nodeProtocols: protocols);
        // Whoever runs the monitor makes them, and here the test does.
        _ = nodes.Proxy.Services.GetRequiredService<ShadowingGauges>();
        using var roundTrips = new MetricCollector<double>(
            nodes.Proxy.Services.GetRequiredService<IMeterFactory>(), "ShadowProxy", "shadowproxy.node.network.round_trip_time");
        var visitor = await nodes.VisitorOfAsync("n0");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => nodes.CreateVisitor().GetAsync()));
        for (var i = 0; i < 40; i++)
            await visitor.GetAsync();

        nodes.Tick(Second);
        roundTrips.RecordObservableInstruments();

        var network = nodes.Status("n0").Network!;
        // Loopback, on a machine that may be busy.
        Assert.InRange(network.RoundTripMs, 0.001, 1000);
        Assert.InRange(network.LeastRoundTripMs, 0.001, network.RoundTripMs + 1);
        Assert.InRange(network.RetransmitRatio, 0, 0.5);
        Assert.InRange(network.Connections, 1, 8);
        Assert.Contains(roundTrips.GetMeasurementSnapshot(), measured => Equals(measured.Tags["shadowproxy.node"], "n0") && measured.Value is > 0 and < 1);
    }

    [Fact]
    public async Task Network_OfANodeWhoseConnectionsHaveEnded_IsUnknown()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone tells");
        await using var nodes = await TestNodes.StartAsync(1);
        await nodes.CreateVisitor().GetAsync();
        nodes.Tick(Second);
        Assert.NotNull(nodes.Status("n0").Network);

        await nodes[0].Backend.AbortAsync();
        await Patience.EventuallyAsync(() =>
        {
            nodes.Tick(Second);
            return nodes.Status("n0").Network is null;
        });
    }

    [Fact]
    public async Task Network_SwitchedOff_IsNotAskedFor()
    {
        await using var nodes = await TestNodes.StartAsync(1, configuration => configuration with
        {
            Shadowing = TestNodes.Shadowing(""" "Defaults": { "Sources": { "Network": false } } """),
        });
        await nodes.CreateVisitor().GetAsync();
        nodes.Tick(Second);

        Assert.Null(nodes.Status("n0").Network);
    }

    [Fact]
    public async Task Network_ThatLosesPackets_ShowsRetransmits()
    {
        await using var network = await NetworkNamespace.TryCreateAsync();
        Assert.SkipWhen(network is null, "no network namespace may be made here");
        var address = new Uri($"http://{network.Address}:5001");
        await using var backend = new ServerProcess(network.Command(
            "dotnet", Path.Combine(AppContext.BaseDirectory, "ShadowProxy.Edge.dll"), "backend", "--address", network.Address, "--port", "5001"));
        using var direct = new HttpClient();
        await Patience.EventuallyAsync(async token => await IsUpAsync(direct, address, token));
        await using var proxy = await TestProxy.StartAsync(new ProxyConfiguration
        {
            Nodes = [new TestNode("n0", address)],
            Shadowing = """{ "Defaults": { "Hedging": false, "Probe": { "Interval": "00:00:00" } } }""",
        });
        var sessions = Enumerable.Range(0, ClosedLoop.Workers).Select(_ => proxy.CreateSession()).ToArray();
        await using var load = new ClosedLoop(async (worker, _) =>
        {
            using var response = await sessions[worker].SendAsync(HttpMethod.Get, "/");
            return response.IsSuccessStatusCode ? null : response.StatusCode.ToString();
        });
        await load.AnswersAsync(100);
        await Patience.EventuallyAsync(() => Network(proxy)?.RetransmitRatio is 0);

        Assert.True(await network.TrySetAsync(isUp: false));
        await Patience.EventuallyAsync(() => Network(proxy)?.RetransmitRatio > 0);
        Assert.True(await network.TrySetAsync(isUp: true));
        await load.AnswersAsync(100);

        Assert.Empty(await load.StopAsync());
    }

    private static Telemetry.NetworkStatus? Network(TestProxy proxy) => proxy.Control.GetNodes().Single().Network;

    private static async Task<bool> IsUpAsync(HttpClient client, Uri address, CancellationToken cancellation)
    {
        try
        {
            using var response = await client.GetAsync(address, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
