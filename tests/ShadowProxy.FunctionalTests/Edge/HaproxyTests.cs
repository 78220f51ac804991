using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using ShadowProxy.Edge.Clients;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>The real HAProxy in front of the proxy, on 127.0.0.1, with a client on another address.</summary>
public sealed class HaproxyTests : IDisposable
{
    private const string Client = "127.0.0.7";

    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("send-proxy", false)]
    [InlineData("send-proxy-v2", false)]
    [InlineData("send-proxy-v2 proxy-v2-options crc32c", true)]
    public async Task ProxyProtocol_FromHaproxy_SaysWhoTheClientIs(string options, bool tls)
    {
        Assert.SkipWhen(Haproxy.Program is null, "haproxy is not installed");
        _files.WriteCertificate();
        var endpoint = tls
            ? $$"""
              "Url": "https://127.0.0.1:0", "ProxyProtocol": true,
              "Certificate": { "Path": "{{_files.PathOf("tls.crt")}}", "KeyPath": "{{_files.PathOf("tls.key")}}" }
              """
            : """ "Url": "http://127.0.0.1:0", "ProxyProtocol": true """;
        await AssertClientAsync(endpoint, "mode tcp", $"{options} check inter 100ms");
    }

    [Fact]
    public async Task ForwardedFor_FromHaproxy_SaysWhoTheClientIs()
    {
        Assert.SkipWhen(Haproxy.Program is null, "haproxy is not installed");
        await AssertClientAsync("\"Url\": \"http://127.0.0.1:0\"", "mode http\noption forwardfor", "");
    }

    private async Task AssertClientAsync(string endpoint, string mode, string options)
    {
        // Not the metrics, which count the proxies of all tests of this process together.
        using var log = new FakeLoggerProvider();
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["X-Forwarded-For"].ToString()));
        await using var edge = await EdgeFixture.StartAsync(
            _files.WriteConfig([backend.Address], more: """ "TrustedProxies": ["127.0.0.1"], """, endpoint: endpoint),
            builder => builder.Logging.AddProvider(log));
        await using var haproxy = await Haproxy.StartAsync(_files.PathOf("haproxy.cfg"), edge.Client.BaseAddress!, mode, options);
        using var client = PrefacedClient.Create(haproxy.Address, from: Client);

        for (var i = 0; i < 5; i++)
            Assert.Equal(Client, await client.GetStringAsync("/"));
        Assert.DoesNotContain(log.Collector.GetSnapshot(), record => record.Category == typeof(RejectedConnections).FullName);
    }
}
