using System.Net;
using Microsoft.AspNetCore.Http;

namespace ShadowProxy.FunctionalTests.Infrastructure;

public sealed class TestProxyTests
{
    [Fact]
    public async Task Reload_NodeReplaced_TrafficFollows()
    {
        await using var before = await TestBackend.StartAsync(context => context.Response.WriteAsync("before"));
        await using var after = await TestBackend.StartAsync(context => context.Response.WriteAsync("after"));
        await using var proxy = await TestProxy.StartAsync(ProxyConfiguration.For(before));
        using var session = proxy.CreateSession();

        var first = await session.GetAsync();
        await proxy.ReloadAsync(ProxyConfiguration.For(after));
        var second = await session.GetAsync();

        Assert.Equal(("before", "after"), (first, second));
        Assert.Equal((1, 1), (before.Requests, after.Requests));
    }

    [Fact]
    public async Task Reload_NoSuchVersion_IsRefusedAndTheLastGoodStays()
    {
        await using var backend = await TestBackend.StartAsync(context => context.Response.WriteAsync("here"));
        var configuration = ProxyConfiguration.For(backend);
        await using var proxy = await TestProxy.StartAsync(configuration);
        using var session = proxy.CreateSession();

        await Assert.ThrowsAsync<InvalidOperationException>(() => proxy.ReloadAsync(configuration with { DestinationVersion = "7.3" }));

        Assert.Equal("here", await session.GetAsync());
    }

    [Fact]
    public async Task Abort_RequestInFlight_IsCutAndThePortRefusesUntilRestart()
    {
        var entered = new TaskCompletionSource();
        await using var backend = await TestBackend.StartAsync(async context =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var http = new HttpClient { BaseAddress = backend.Address };

        var request = http.GetAsync("/");
        await entered.Task.Soon();
        await backend.AbortAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => request.Soon());
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("/").Soon());
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);

        await using var again = await backend.RestartAsync(context => context.Response.WriteAsync("again"));
        Assert.Equal("again", await http.GetStringAsync("/"));
    }

    [Fact]
    public async Task Session_Cookies_AreItsOwn()
    {
        await using var backend = await TestBackend.StartAsync(context =>
        {
            context.Response.Cookies.Append("sid", "s1");
            return context.Response.WriteAsync(context.Request.Cookies["sid"] ?? "none");
        });
        await using var proxy = await TestProxy.StartAsync(ProxyConfiguration.For(backend));
        using var one = proxy.CreateSession();
        using var other = proxy.CreateSession();

        Assert.Equal("none", await one.GetAsync());
        Assert.Equal("s1", await one.GetAsync());
        Assert.Equal("none", await other.GetAsync());
        using var counted = await one.SendAsync(HttpMethod.Get, "/", null, (TestBackend.IdHeader, "r1"));
        Assert.Equal((HttpStatusCode.OK, 1, 4), (counted.StatusCode, backend.RequestsOf("r1"), backend.Requests));
    }
}
