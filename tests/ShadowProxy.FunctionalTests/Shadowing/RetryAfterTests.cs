using System.Net;
using System.Net.Http.Headers;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>A node that asks to be left alone.</summary>
public sealed class RetryAfterTests
{
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task RetryAfter_InAnAnswer_KeepsNewFlowsOffItsNodeForSoLongAndNobodyElse(HttpStatusCode status)
    {
        await using var nodes = await TestNodes.StartAsync(2);
        var visitor = await nodes.VisitorOfAsync("n0");
        var well = nodes[0].Behaviour;
        nodes[0].Behaviour = context =>
        {
            context.Response.StatusCode = (int)status;
            context.Response.Headers.RetryAfter = "30";
            return Task.CompletedTask;
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Headers.Add("Cookie", $"{Visitor.Cookie}={visitor.Session}");

        using var refused = await nodes.CreateClient().SendAsync(request);
        nodes[0].Behaviour = well;

        Assert.Equal((status, new RetryConditionHeaderValue(TimeSpan.FromSeconds(30))), (refused.StatusCode, refused.Headers.RetryAfter));
        Assert.Equal(30, nodes.Status("n0").SparedSeconds, tolerance: 0.01);
        Assert.All(await NewcomersAsync(nodes), visit => Assert.Equal((HttpStatusCode.OK, "n1"), (visit.Status, visit.Body)));
        Assert.Equal("n0", (await visitor.GetAsync()).Body);
        nodes.Tick(301);
        Assert.Equal(0, nodes.Status("n0").SparedSeconds);
        Assert.Contains("n0", (await NewcomersAsync(nodes)).Select(visit => visit.Body));
    }

    [Fact]
    public async Task RetryAfter_OfAllNodes_NewFlowsAreServedAtOnce()
    {
        await using var nodes = await TestNodes.StartAsync(2);
        foreach (var node in nodes.All)
        {
            node.Behaviour = context =>
            {
                context.Response.StatusCode = context.Request.Method == "POST" ? 503 : 200;
                context.Response.Headers.RetryAfter = "30";
                return Task.CompletedTask;
            };
            await (await nodes.VisitorOfAsync(node.Id)).SendAsync(HttpMethod.Post);
        }

        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal(30, node.SparedSeconds, tolerance: 0.01));
        Assert.All(await NewcomersAsync(nodes), visit => Assert.Equal(HttpStatusCode.OK, visit.Status));
    }

    private static Task<Visit[]> NewcomersAsync(TestNodes nodes) =>
        Task.WhenAll(Enumerable.Range(0, 20).Select(_ => nodes.CreateVisitor().GetAsync()));
}
