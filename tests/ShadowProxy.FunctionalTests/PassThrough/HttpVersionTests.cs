using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.PassThrough;

public sealed class HttpVersionTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1, HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http1, HttpProtocols.Http2, false)]
    [InlineData(HttpProtocols.Http2, HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http2, HttpProtocols.Http2, false)]
    [InlineData(HttpProtocols.Http1AndHttp2, HttpProtocols.Http1AndHttp2, true)]
    public async Task Request_AnyVersionOnEitherSide_IsForwarded(HttpProtocols inbound, HttpProtocols outbound, bool tls)
    {
        await using var backend = await TestBackend.StartAsync(
            async context =>
            {
                using var body = new StreamReader(context.Request.Body);
                await context.Response.WriteAsync($"{context.Request.Protocol} {await body.ReadToEndAsync()}");
            },
            new LoopbackListener { Protocols = outbound, Tls = tls });
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend) with { DestinationVersion = outbound == HttpProtocols.Http1 ? "1.1" : "2" },
            new LoopbackListener { Protocols = inbound, Tls = tls });
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Post, "/", new StringContent("body"));

        Assert.Equal(inbound == HttpProtocols.Http1 ? new Version(1, 1) : new Version(2, 0), response.Version);
        Assert.Equal(
            outbound == HttpProtocols.Http1 ? "HTTP/1.1 body" : "HTTP/2 body", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Trailers_OverHttp2_ReachTheClient()
    {
        await using var backend = await TestBackend.StartAsync(
            async context =>
            {
                context.Response.DeclareTrailer("checksum");
                await context.Response.WriteAsync("body");
                context.Response.AppendTrailer("checksum", "42");
            },
            new LoopbackListener { Protocols = HttpProtocols.Http2 });
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend) with { DestinationVersion = "2" },
            new LoopbackListener { Protocols = HttpProtocols.Http2 });
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Get, "/");
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(("body", "42"), (body, response.TrailingHeaders.GetValues("checksum").Single()));
    }

    [Fact]
    public async Task Tls_ServerName_IsKnownToTheProxyAndForwarded()
    {
        var serverNames = new ConcurrentQueue<string?>();
        await using var backend = await TestBackend.StartAsync(context =>
            context.Response.WriteAsync($"{context.Request.Headers["X-Forwarded-Host"]} {context.Request.Headers["X-Forwarded-Proto"]}"));
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend),
            new LoopbackListener { Protocols = HttpProtocols.Http1AndHttp2, Tls = true },
            around: app => app.Use((context, next) =>
            {
                serverNames.Enqueue(context.Features.Get<ITlsHandshakeFeature>()?.HostName);
                return next(context);
            }));
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Get, "/", null, ("Host", "orders.example.test"));

        Assert.Equal("orders.example.test https", await response.Content.ReadAsStringAsync());
        Assert.Equal(["orders.example.test"], serverNames);
    }
}
