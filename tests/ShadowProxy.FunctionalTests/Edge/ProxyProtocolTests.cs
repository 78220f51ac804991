using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

public sealed class ProxyProtocolTests : IDisposable
{
    private const string Trusted = """ "TrustedProxies": ["127.0.0.1"], """;
    private const string Http = """ "Url": "http://127.0.0.1:0", "ProxyProtocol": true """;

    private static readonly byte[] Text = "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n"u8.ToArray();

    // With an extension behind the addresses.
    private static readonly byte[] Binary = Header(0x21, 0x11, 203, 0, 113, 8, 192, 0, 2, 1, 0x12, 0x67, 1, 0xbb, 4, 0, 1, 0);

    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(1, int.MaxValue, false)]
    [InlineData(1, 1, false)]
    [InlineData(2, int.MaxValue, false)]
    [InlineData(2, 1, true)]
    [InlineData(1, 7, true)]
    public async Task Header_OfATrustedProxy_SaysWhoTheClientIs(int version, int piece, bool tls)
    {
        _files.WriteCertificate();
        await using var backend = await Backend.StartAsync(TellClientAsync);
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address], more: Trusted, endpoint: tls ? Https() : Http));
        using var client = PrefacedClient.Create(edge.Client.BaseAddress!, version == 1 ? Text : Binary, piece);

        var expected = version == 1 ? "203.0.113.7" : "203.0.113.8";
        Assert.Equal(expected, await client.GetStringAsync("/"));
        Assert.Equal(expected, await client.GetStringAsync("/again"));
    }

    [Fact]
    public async Task Header_OfTheProxyItself_LeavesItsOwnAddress()
    {
        await using var backend = await Backend.StartAsync(TellClientAsync);
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address], more: Trusted, endpoint: Http));
        using var client = PrefacedClient.Create(edge.Client.BaseAddress!, Header(0x20, 0));

        Assert.Equal("127.0.0.1", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Header_Client_IsTheFlowsAndTheLogs()
    {
        var log = _files.PathOf("access.log");
        await using var backend = await Backend.StartAsync(TellClientAsync);
        var config = _files.WriteConfig(
            [backend.Address], more: $$"""{{Trusted}} "AccessLog": { "Path": "{{log}}" },""", endpoint: Http,
            route: """ "Signature": "client.address + client.port + local.port" """);
        await using (var edge = await EdgeFixture.StartAsync(config))
        {
            foreach (var preface in new[] { Text, Text, Binary })
            {
                using var client = PrefacedClient.Create(edge.Client.BaseAddress!, preface);
                await client.GetStringAsync("/");
            }
            await edge.StopAsync();
        }

        var lines = (await File.ReadAllLinesAsync(log)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        Assert.Equal(["203.0.113.7", "203.0.113.7", "203.0.113.8"], lines.Select(line => line.GetProperty("client").GetString()));
        var flows = lines.Select(line => line.GetProperty("flow").GetString()).ToArray();
        Assert.Equal(flows[0], flows[1]);
        Assert.NotEqual(flows[0], flows[2]);
    }

    [Theory]
    [InlineData("192.0.2.1", true, "untrusted")]
    [InlineData("127.0.0.1", false, "malformed")]
    public async Task Connection_WithoutTrustOrHeader_IsClosedAndCounted(string trusted, bool header, string reason)
    {
        var reached = false;
        await using var backend = await Backend.StartAsync(context =>
        {
            reached = true;
            return TellClientAsync(context);
        });
        await using var edge = await EdgeFixture.StartAsync(
            _files.WriteConfig([backend.Address], more: $""" "TrustedProxies": ["{trusted}"], """, endpoint: Http));
        using var client = PrefacedClient.Create(edge.Client.BaseAddress!, header ? Text : null);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("/", new StringContent("once")));

        Assert.False(reached);
        var metrics = await edge.Metrics.GetStringAsync("/metrics");
        Assert.Contains("shadowproxy_proxy_protocol_rejected", metrics, StringComparison.Ordinal);
        Assert.Contains($"reason=\"{reason}\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_NewEndpointWithTheProtocol_SpeaksIt()
    {
        await using var backend = await Backend.StartAsync(TellClientAsync);
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address], more: Trusted));
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        _files.Write((await File.ReadAllTextAsync(_files.ConfigPath)).Replace(
            "\"Endpoints\": {", $$"""
            "Endpoints": { "Balanced": { "Url": "{{url}}", "ProxyProtocol": true },
            """, StringComparison.Ordinal));
        using var client = PrefacedClient.Create(new Uri(url), Text);

        await Patience.EventuallyAsync(async cancellation =>
        {
            try
            {
                Assert.Equal("203.0.113.7", await client.GetStringAsync("/", cancellation));
                return true;
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
            {
                return false;
            }
        });
        Assert.Equal("127.0.0.1", await edge.Client.GetStringAsync("/"));
    }

    private static Task TellClientAsync(HttpContext context) => context.Response.WriteAsync(context.Request.Headers["X-Forwarded-For"].ToString());

    private static byte[] Header(byte command, byte family, params byte[] rest) =>
        [.. Encoding.ASCII.GetBytes("\r\n\r\n\0\r\nQUIT\n"), command, family, 0, (byte)rest.Length, .. rest];

    private string Https() => $$"""
        "Url": "https://127.0.0.1:0", "ProxyProtocol": true,
        "Certificate": { "Path": "{{_files.PathOf("tls.crt")}}", "KeyPath": "{{_files.PathOf("tls.key")}}" }
        """;
}
