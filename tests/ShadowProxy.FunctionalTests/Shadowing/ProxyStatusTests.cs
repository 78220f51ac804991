using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>What a client reads where the proxy, not a node, answers.</summary>
public sealed class ProxyStatusTests
{
    private const string Header = "Proxy-Status";

    [Fact]
    public async Task Node_Refuses_502AndWhy()
    {
        await using var nodes = await TestNodes.StartAsync(1);
        await nodes[0].Backend.AbortAsync();

        await AssertAsync(nodes, HttpStatusCode.BadGateway, "shadowproxy; error=connection_refused");
    }

    [Theory]
    [InlineData(Breaking.Reset)]
    [InlineData(Breaking.Close)]
    public async Task Node_BreaksTheConnection_502AndWhy(Breaking breaks)
    {
        await using var raw = new RawBackend("raw") { Breaks = breaks };
        await using var nodes = await TestNodes.StartAsync(
            0, configuration => configuration with { Nodes = [new TestNode(raw.Id, raw.Address)] });

        await AssertAsync(nodes, HttpStatusCode.BadGateway, "shadowproxy; error=connection_terminated");
    }

    [Fact]
    public async Task Cluster_WithoutNodes_503AndWhy()
    {
        await using var nodes = await TestNodes.StartAsync(0);

        await AssertAsync(nodes, HttpStatusCode.ServiceUnavailable, "shadowproxy; error=destination_unavailable");
    }

    [Fact]
    public async Task Node_AnswersWithAnError_IsNotTheProxys()
    {
        await using var nodes = await TestNodes.StartAsync(1);
        nodes[0].Behaviour = context =>
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return Task.CompletedTask;
        };

        await AssertAsync(nodes, HttpStatusCode.BadGateway, null);
    }

    [Fact]
    public async Task Route_TimesOut_504AndWhy()
    {
        await using var backend = await TestBackend.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend) with { RouteMembers = """{ "Timeout": "00:00:00.200" }""" },
            services: services => services.AddRequestTimeouts(),
            around: app => app.UseRouting().UseRequestTimeouts());
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Get, "/");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("shadowproxy; error=http_response_timeout", Assert.Single(response.Headers.GetValues(Header)));
        Assert.Equal(1, backend.Requests);
    }

    private static async Task AssertAsync(TestNodes nodes, HttpStatusCode status, string? proxyStatus)
    {
        using var response = await nodes.CreateClient().PostAsync("/", content: null);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(proxyStatus, response.Headers.TryGetValues(Header, out var values) ? Assert.Single(values) : null);
    }
}
