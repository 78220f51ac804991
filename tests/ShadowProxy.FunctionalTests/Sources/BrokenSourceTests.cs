using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Each source broken in turn on one node, and well on the other, under traffic: no request fails, and operators see which is broken.</summary>
public sealed class BrokenSourceTests
{
    private const string Orca = """ "Orca": { "Interval": "00:00:00.3" } """;
    private const string Metrics = """ "Metrics": { "Interval": "00:00:00.3" } """;

    [Theory]
    [InlineData(Breakage.Silent, SourceState.Silent)]
    [InlineData(Breakage.Hanging, SourceState.Stale)]
    [InlineData(Breakage.Garbage, SourceState.Nonsense)]
    [InlineData(Breakage.Oversize, SourceState.Nonsense)]
    public Task Orca_Broken_IsShownAndHurtsNoRequest(Breakage breakage, SourceState state) => AssertHarmlessAsync(
        "orca", Orca, HttpProtocols.Http2, breakage, status => status.State == state);

    [Fact]
    public Task Orca_Flapping_IsShownAndHurtsNoRequest() => AssertHarmlessAsync(
        "orca", Orca, HttpProtocols.Http2, Breakage.Flapping, status => status is { Readings: >= 2, Failures: >= 2, State: SourceState.Failing or SourceState.Ok });

    [Theory]
    [InlineData(Breakage.Silent, SourceState.Failing)]
    [InlineData(Breakage.Hanging, SourceState.Failing)]
    [InlineData(Breakage.Garbage, SourceState.Nonsense)]
    [InlineData(Breakage.Oversize, SourceState.Nonsense)]
    public Task Metrics_Broken_IsShownAndHurtsNoRequest(Breakage breakage, SourceState state) => AssertHarmlessAsync(
        "metrics", Metrics, HttpProtocols.Http1, breakage, status => status.State == state);

    [Fact]
    public Task Metrics_Flapping_IsShownAndHurtsNoRequest() => AssertHarmlessAsync(
        "metrics", Metrics, HttpProtocols.Http1, Breakage.Flapping, status => status is { Readings: >= 2, Failures: >= 2, State: SourceState.Failing or SourceState.Ok });

    private static async Task AssertHarmlessAsync(
        string source, string settings, HttpProtocols protocols, Breakage breakage, Func<SourceStatus, bool> isSeen)
    {
        await using var nodes = await TestNodes.StartAsync(
            2, stepped: false, nodeProtocols: protocols,
            configure: configuration => configuration with { Shadowing = TestNodes.Shadowing($$"""
                "Defaults": { "Sources": { {{settings}} } }
                """) });
        nodes["n0"].Behaviour = new BrokenSource(breakage).AnswerAsync;
        nodes["n1"].Behaviour = WellSource.AnswerAsync;
        var client = nodes.CreateClient();
        var visitors = Enumerable.Range(0, ClosedLoop.Workers).Select(_ => nodes.CreateVisitor(client)).ToArray();
        await using var traffic = new ClosedLoop(async (worker, _) =>
            await visitors[worker].GetAsync() is { Status: not HttpStatusCode.OK and var status } ? $"answered {status}" : null);

        await Patience.EventuallyAsync(() => Source("n0") is { } status && isSeen(status));
        await traffic.AnswersAsync(200);
        await Patience.EventuallyAsync(() => Source("n1") is { State: SourceState.Ok, Readings: >= 3 });

        Assert.Empty(await traffic.StopAsync());
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal(NodeState.Healthy, node.State));
        Assert.Equal(0, nodes.Control.MigratedFlows);

        SourceStatus? Source(string node) => nodes.Status(node).Sources.SingleOrDefault(status => status.Source == source);
    }
}
