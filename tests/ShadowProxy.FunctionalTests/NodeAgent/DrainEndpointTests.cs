using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.NodeAgent;

/// <summary>A node that is drained over HTTP, as a deployment does it.</summary>
public sealed class DrainEndpointTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Drain_RequestInFlight_AnswersOnceItHasEnded(string method)
    {
        var port = FreePort.Find();
        await using var node = await AgentNode.StartAsync(
            configure: options => options.DrainQuiet = TimeSpan.FromMilliseconds(10), port: port, drainPort: port);
        using var client = new HttpClient { BaseAddress = node.Address, Timeout = Patience.Limit };
        var waiting = client.GetStringAsync("/wait");
        await node.Begun;

        var draining = client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/drain"));
        await Patience.EventuallyAsync(() => node.Drain.IsDraining);
        // It serves as before, and says so.
        using (var meanwhile = await client.GetAsync("/"))
            Assert.EndsWith("draining=1", Assert.Single(meanwhile.Headers.GetValues("endpoint-load-metrics")), StringComparison.Ordinal);
        Assert.False(draining.IsCompleted);
        node.Release();
        await waiting;

        using var drained = await draining;
        Assert.Equal((HttpStatusCode.OK, "empty\n"), (drained.StatusCode, await drained.Content.ReadAsStringAsync()));
        using var undone = await client.DeleteAsync("/drain");
        Assert.Equal((HttpStatusCode.OK, false), (undone.StatusCode, node.Drain.IsDraining));
    }

    [Fact]
    public async Task Drain_RequestLasts_SaysSoAtTheTimeout()
    {
        var port = FreePort.Find();
        await using var node = await AgentNode.StartAsync(
            configure: options => options.DrainTimeout = TimeSpan.FromMilliseconds(100), port: port, drainPort: port);
        using var client = new HttpClient { BaseAddress = node.Address, Timeout = Patience.Limit };
        var waiting = client.GetStringAsync("/wait");
        await node.Begun;

        using var drained = await client.GetAsync("/drain");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, drained.StatusCode);
        Assert.Equal("not empty after 0.1 s: 1 requests in flight\n", await drained.Content.ReadAsStringAsync());
        node.Release();
        await waiting;
    }

    [Fact]
    public async Task Drain_OnThePortOfTheTraffic_IsNotThere()
    {
        await using var node = await AgentNode.StartAsync();
        using var client = new HttpClient { BaseAddress = node.Address, Timeout = Patience.Limit };

        using var response = await client.GetAsync("/drain");

        Assert.Equal((HttpStatusCode.NotFound, false), (response.StatusCode, node.Drain.IsDraining));
    }

    [Fact]
    public async Task WhenEmpty_ProbesGoOn_TheyAreNoTraffic()
    {
        await using var node = await AgentNode.StartAsync(configure: options => options.DrainQuiet = TimeSpan.FromMilliseconds(500));
        using var client = new HttpClient { BaseAddress = node.Address, Timeout = Patience.Limit };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("kube-probe/1.34");
        node.Drain.Drain();

        var empty = node.Drain.WhenEmptyAsync(Patience.Limit);
        while (!empty.IsCompleted)
            await client.GetStringAsync("/");

        Assert.True(await empty);
    }
}
