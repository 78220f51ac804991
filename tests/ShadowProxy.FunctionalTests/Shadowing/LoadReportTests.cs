using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Load reports in responses: read, and never seen by clients.</summary>
public sealed class LoadReportTests
{
    private const string Header = "endpoint-load-metrics";
    private const string BinaryHeader = "endpoint-load-metrics-bin";

    public static TheoryData<string, string> Valid => new()
    {
        { Header, "TEXT cpu_utilization=0.5,mem_utilization=0.25,named_metrics.queue=3" },
        { Header, """JSON {"cpu_utilization": 0.5, "mem_utilization": 0.25}""" },
        { Header, "BIN " + Message(0.5, 0.25) },
        { BinaryHeader, Message(0.5, 0.25) },
        { BinaryHeader, Message(0.5, 0.25).TrimEnd('=') },
    };

    public static TheoryData<string, string> Malformed => new()
    {
        { Header, "cpu_utilization=0.5" },
        { Header, "TEXT cpu_utilization=high" },
        { Header, "TEXT cpu_utilization=-1" },
        { Header, "TEXT cpu_utilization=NaN" },
        { Header, "JSON {\"cpu_utilization\": 0.5" },
        { Header, "BIN %%%" },
        { BinaryHeader, "CQ" },
        { Header, "TEXT cpu_utilization=0.5," + new string(' ', 9000) + "mem_utilization=0.1" },
        { Header, "TEXT " + string.Join(',', Enumerable.Range(0, 65).Select(i => $"named_metrics.m{i}=1")) },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Report_Valid_IsReadAndStripped(string header, string value)
    {
        await using var nodes = await TestNodes.StartAsync(1);
        using var malformed = CountMalformed(nodes.Proxy);
        nodes[0].Behaviour = Reporting(header, value);

        await SeesNoReportAsync(nodes);
        nodes.Tick();

        Assert.Equal((0.5, 0.25), (Component(nodes, "cpu"), Component(nodes, "memory")));
        Assert.Empty(Counted(malformed));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Report_Malformed_IsCountedIgnoredAndStripped(string header, string value)
    {
        await using var nodes = await TestNodes.StartAsync(1);
        using var malformed = CountMalformed(nodes.Proxy);
        nodes[0].Behaviour = Reporting(Header, "TEXT cpu_utilization=0.4,mem_utilization=0.2");
        await SeesNoReportAsync(nodes);
        nodes.Tick();
        nodes[0].Behaviour = Reporting(header, value);

        await SeesNoReportAsync(nodes);
        nodes.Tick();

        var counted = Assert.Single(Counted(malformed));
        Assert.Equal((1, "n0"), (counted.Value, counted.Tags["shadowproxy.node"]));
        Assert.Equal((0.4, 0.2), (Component(nodes, "cpu"), Component(nodes, "memory")));
    }

    [Fact]
    public async Task Report_InAGrpcTrailer_IsReadAndStripped()
    {
        var listener = new LoopbackListener { Protocols = HttpProtocols.Http2 };
        await using var backend = await TestBackend.StartAsync(
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5]);
                context.Response.AppendTrailer("grpc-status", "0");
                context.Response.AppendTrailer(BinaryHeader, Message(0.5, 0.25));
            },
            listener);
        var clock = new SteppedClock();
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend) with { DestinationVersion = "2" },
            new LoopbackListener { Protocols = HttpProtocols.Http2 },
            clock.Replace);
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Post, "/echo.Echo/Unary", new ByteArrayContent(new byte[5]), ("TE", "trailers"));
        await response.Content.ReadAsByteArrayAsync();
        clock.Tick(proxy);

        Assert.Equal(["grpc-status"], response.TrailingHeaders.Select(trailer => trailer.Key));
        Assert.Equal(0.5, proxy.Control.GetNodes().Single().Components.Single(component => component.Name == "cpu").Value);
    }

    private static Func<HttpContext, Task> Reporting(string header, string value) => context =>
    {
        context.Response.Headers[header] = value;
        return Task.CompletedTask;
    };

    private static async Task SeesNoReportAsync(TestNodes nodes)
    {
        using var response = await nodes.CreateClient().GetAsync("/");
        Assert.True(response.IsSuccessStatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith(Header, StringComparison.OrdinalIgnoreCase));
    }

    private static double Component(TestNodes nodes, string name) =>
        nodes.Status("n0").Components.Single(component => component.Name == name).Value;

    /// <summary>What was counted; a node begins at 0.</summary>
    private static IEnumerable<CollectedMeasurement<long>> Counted(MetricCollector<long> malformed) =>
        malformed.GetMeasurementSnapshot().Where(measurement => measurement.Value != 0);

    private static MetricCollector<long> CountMalformed(TestProxy proxy) =>
        new(proxy.Services.GetRequiredService<IMeterFactory>(), "ShadowProxy", "shadowproxy.node.malformed_reports");

    /// <summary>An <c>OrcaLoadReport</c> with CPU (field 1) and memory (field 2), both of them doubles, in base64.</summary>
    private static string Message(double cpu, double memory) => Convert.ToBase64String(
        [(1 << 3) | 1, .. BitConverter.GetBytes(cpu), (2 << 3) | 1, .. BitConverter.GetBytes(memory)]);
}
