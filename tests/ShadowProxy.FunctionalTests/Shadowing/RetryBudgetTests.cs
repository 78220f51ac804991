using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>What retries, replays and hedges take from the one budget of their cluster, and that there are none without it.</summary>
public sealed class RetryBudgetTests
{
    /// <summary>What a cluster without requests may send again within ten seconds.</summary>
    private const int ThreeASecond = 30;

    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("retry", """ "Hedging": false """)]
    [InlineData("hedge", """ "Hedging": true """)]
    [InlineData("replay", """ "Hedging": false, "InFlight": "Replay" """)]
    public async Task Budget_EachWayToSendAgain_TakesOneAndStopsWhereNoneIsLeft(string way, string defaults)
    {
        Assert.Equal(("n1", 1), await RunAsync(way, defaults, isSpent: false));
        Assert.Equal((way == "retry" ? "" : "n0", 0), await RunAsync(way, defaults, isSpent: true));
    }

    /// <summary>Sends a request that could be sent again.</summary>
    /// <returns>Who answered it, and what it took.</returns>
    private static async Task<(string Body, int Taken)> RunAsync(string way, string defaults, bool isSpent)
    {
        await using var nodes = await TestNodes.StartAsync(
            2, configuration => configuration with { Shadowing = TestNodes.Shadowing($"\"Defaults\": {{ {defaults} }}") });
        var visitor = await nodes.VisitorOfAsync("n0");
        var cluster = nodes.Proxy.Services.GetRequiredService<NodeRegistry>().Clusters.Single();
        nodes.Tick();
        Drain(cluster.Retries);
        if (!isSpent)
            cluster.Retries.Fill(0, seconds: 10);
        nodes[0].Behaviour = context => way == "retry" ? UnavailableAsync(context) : LateAsync(context, nodes, cluster, way == "replay", isSpent);

        var visit = await visitor.SendAsync(HttpMethod.Get, "/", null, "r");

        Assert.Equal(isSpent ? 0 : 1, nodes[1].Backend.RequestsOf("r"));
        Assert.Equal(isSpent && way == "retry" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, visit.Status);
        return (visit.Body, isSpent ? 0 : ThreeASecond - Drain(cluster.Retries));
    }

    private static Task UnavailableAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    /// <summary>The answer is overdue; without a second attempt it comes.</summary>
    private static async Task LateAsync(HttpContext context, TestNodes nodes, ShadowCluster cluster, bool isDead, bool isAnswered)
    {
        nodes.Clock.Pass(Overdue);
        if (isDead)
        {
            for (var i = 0; i < 2; i++)
                cluster.Nodes.Single(node => node.Id == "n0").Probes.Add(new ProbeResult(Alive: false, TimeSpan.Zero, TimeSpan.Zero, "refused", Refused: true));
            // The first look comes so late that it seems that the proxy itself was held up.
            nodes.Tick(40);
        }

        if (!isAnswered)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private static int Drain(RetryBudget budget)
    {
        var taken = 0;
        while (budget.TryTake())
            taken++;
        return taken;
    }
}
