using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Metrics that are scraped: of Prometheus' real node_exporter, and of a node itself.</summary>
public sealed class MetricsScrapeTests
{
    [Fact]
    public async Task Scrape_RealNodeExporter_ShowsTheMachinesCpuAndMemory()
    {
        Assert.SkipWhen(NodeExporter.Program is null, "prometheus-node-exporter is not installed");
        await using var exporter = await NodeExporter.StartAsync();
        using var files = new EdgeFiles();
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync("answer"));
        await using var edge = EdgeProcess.Start(
            [
                ("Shadowing__Defaults__Sources__Metrics__Port", exporter.Port.ToString(CultureInfo.InvariantCulture)),
                ("Shadowing__Defaults__Sources__Metrics__Interval", "00:00:01"),
            ],
            "run", "--config", files.WriteConfig([backend.Address]));
        var admin = await edge.ListeningAsync();
        var address = await edge.ListeningAsync();
        using var client = new HttpClient();

        JsonElement node = default;
        await Patience.EventuallyAsync(async cancellation =>
        {
            using var nodes = JsonDocument.Parse(await client.GetStringAsync(new Uri(admin, "/admin/nodes"), cancellation));
            node = nodes.RootElement[0].Clone();
            return Value(node, "cpu") is >= 0 and <= 1;
        });

        Assert.InRange(Value(node, "memory")!.Value, 0.001, 1);
        Assert.InRange(Value(node, "saturation")!.Value, 0, 1000);
        var source = Assert.Single(node.GetProperty("sources").EnumerateArray(), source => source.GetProperty("source").GetString() == "metrics");
        Assert.Equal(("ok", 0), (source.GetProperty("state").GetString(), source.GetProperty("rejected").GetInt64()));
        Assert.Equal("answer", await client.GetStringAsync(address));
    }

    [Fact]
    public async Task Scrape_OfTheNodeItself_IsMappedByPresetsAndFormulas()
    {
        await using var nodes = await TestNodes.StartAsync(
            1, stepped: false,
            configure: configuration => configuration with
            {
                Shadowing = TestNodes.Shadowing("""
                    "Defaults": { "Sources": { "Metrics": { "Interval": "00:00:00.2", "Path": "/internal/metrics", "Memory": "used_bytes{pool=\"heap\"} / 200" } } }
                    """),
            });
        var busy = 0;
        nodes[0].Behaviour = context => context.Request.Path == "/internal/metrics"
            ? context.Response.WriteAsync($$"""
                # TYPE dotnet_process_cpu_time_seconds counter
                dotnet_process_cpu_time_seconds_total {{Interlocked.Increment(ref busy)}}
                dotnet_process_cpu_count 50
                used_bytes{pool="heap"} 50
                used_bytes{pool="stack"} 7
                # EOF

                """)
            : Task.CompletedTask;

        await Patience.EventuallyAsync(() => nodes.Status("n0").Sources is [{ State: SourceState.Ok, Says: { } says }] && says.Contains("cpu", StringComparison.Ordinal));

        Assert.Contains("memory 0.25", nodes.Status("n0").Sources[0].Says, StringComparison.Ordinal);
        await Patience.EventuallyAsync(() => nodes.Status("n0").Components.Any(component => component is { Name: "memory", Value: 0.25 }));
    }

    private static double? Value(JsonElement node, string component) =>
        node.GetProperty("components").EnumerateArray()
            .Where(found => found.GetProperty("name").GetString() == component && found.GetProperty("value").ValueKind == JsonValueKind.Number)
            .Select(found => (double?)found.GetProperty("value").GetDouble())
            .SingleOrDefault();
}
