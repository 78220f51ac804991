using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Probes by HTTP, of nodes that serve requests meanwhile.</summary>
public sealed class ProbeTests
{
    private const string Health = "/health";

    [Theory]
    [InlineData("Degraded")]
    [InlineData("""{ "status": "Degraded", "totalDuration": "00:00:01" }""")]
    public async Task Degraded_OneNode_KeepsItsFlowsGetsFewerNewOnesAndIsWellWhenItSaysSo(string answer)
    {
        await using var nodes = await StartAsync();
        await using var load = Load(nodes);
        await Patience.EventuallyAsync(() => Source(nodes).Says == "well");

        var healthy = nodes[0].Behaviour;
        nodes[0].Behaviour = context => context.Request.Path == Health ? context.Response.WriteAsync(answer) : Task.CompletedTask;
        await Patience.EventuallyAsync(() => nodes.Status("n0").State == NodeState.Suspect);
        var degraded = nodes.Status("n0");
        nodes[0].Behaviour = healthy;
        await Patience.EventuallyAsync(() => nodes.Status("n0").State == NodeState.Healthy);

        Assert.Equal((1.0, 0.5), (degraded.AdmittedShare, degraded.AdmittedShareOfNew));
        Assert.Equal(0.3, degraded.Components.Single(component => component.Name == "word").Taken, tolerance: 0.001);
        Assert.Contains(degraded.Evidence, evidence => evidence.Text == "probe says Degraded");
        Assert.Empty(await load.StopAsync());
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("hanging")]
    [InlineData("garbage")]
    [InlineData("oversize")]
    [InlineData("unhealthy")]
    [InlineData("flapping")]
    public async Task Probe_Broken_IsShownAndHarmsNobody(string how)
    {
        await using var nodes = await StartAsync();
        await using var load = Load(nodes);
        await Patience.EventuallyAsync(() => Source(nodes).Says == "well");

        var count = 0;
        nodes[0].Behaviour = context => context.Request.Path == Health ? BreakAsync(context, how, Interlocked.Increment(ref count)) : Task.CompletedTask;
        await Patience.EventuallyAsync(() => Volatile.Read(ref count) >= 4);
        if (how is not ("flapping" or "oversize"))
            await Patience.EventuallyAsync(() => Source(nodes).State == SourceState.Failing && nodes.Status("n0").Contradictions.Count > 0);
        await load.AnswersAsync(100);

        Assert.Equal((NodeState.Healthy, 1.0), (nodes.Status("n0").State, nodes.Status("n0").AdmittedShare));
        Assert.Empty(await load.StopAsync());
    }

    private static Task<TestNodes> StartAsync() => TestNodes.StartAsync(2, configuration => configuration with
    {
        Shadowing = TestNodes.Shadowing(
            """ "Defaults": { "Hedging": false, "Probe": { "Path": "/health", "Status": "200", "Interval": "00:00:00.2", "Timeout": "00:00:00.5" } } """),
    }, stepped: false);

    private static ClosedLoop Load(TestNodes nodes)
    {
        foreach (var node in nodes.All)
            node.Behaviour = context => context.Request.Path == Health ? context.Response.WriteAsync("Healthy") : Task.CompletedTask;
        var visitors = Enumerable.Range(0, ClosedLoop.Workers).Select(_ => nodes.CreateVisitor()).ToArray();
        return new ClosedLoop(async (worker, _) => await visitors[worker].GetAsync() is { Status: not HttpStatusCode.OK } visit ? $"{visit}" : null);
    }

    private static SourceStatus Source(TestNodes nodes) =>
        nodes.Status("n0").Sources.SingleOrDefault(source => source.Source == "probe")
        ?? new SourceStatus("probe", SourceState.Silent, double.NaN, null, null, 0, 0, 0);

    private static async Task BreakAsync(HttpContext context, string how, int count)
    {
        switch (how)
        {
            case "silent":
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            case "hanging":
                await context.Response.WriteAsync("Health");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            case "garbage":
                context.Response.StatusCode = 299;
                await context.Response.WriteAsync("\u0001\u00ff");
                break;
            case "oversize":
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
                break;
            case "unhealthy":
                await context.Response.WriteAsync("Unhealthy");
                break;
            default:
                await context.Response.WriteAsync(count % 2 == 0 ? "Healthy" : "Unhealthy");
                break;
        }
    }
}
