using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.Connections;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Shadowing;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task UseJa4_InHttpsOptions_MakesOneFlowOfAClientsConnections(HttpProtocols protocols)
    {
        var seen = new ConcurrentQueue<(string? Ja4, Signature? Flow)>();
        await using var backend = await TestBackend.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend) with { Shadowing = """{ "Defaults": { "Signature": "tls.ja4" } }""" },
            new LoopbackListener { Protocols = protocols, Tls = true, Https = https => https.UseJa4() },
            around: app => app.Use(async (context, next) =>
            {
                await next(context);
                seen.Enqueue((context.Features.Get<ITlsFingerprintFeature>()?.Ja4, context.Features.Get<IShadowingFeature>()?.Signature));
            }));

        for (var i = 0; i < 2; i++)
        {
            using var session = proxy.CreateSession();
            Assert.Equal("ok", await session.GetAsync());
        }

        Assert.Equal(2, proxy.Connections);
        await Patience.EventuallyAsync(() => seen.Count == 2);
        Assert.Single(seen.Distinct());
        Assert.Matches("^t1[23][di][0-9]{4}(h1|h2|00)_[0-9a-f]{12}_[0-9a-f]{12}$", seen.First().Ja4);
    }
}
