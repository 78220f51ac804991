using System.Security.Authentication;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ShadowProxy.FunctionalTests.Edge;

public sealed class FingerprintTests : IDisposable
{
    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("\"Certificate\": FILES")]
    [InlineData("\"Sni\": { \"*.example\": { \"Certificate\": FILES }, \"*\": { \"Certificate\": FILES } }")]
    public async Task Ja4_OfTheClient_IsTheFlowsAndTheLogs(string certificate)
    {
        _files.WriteCertificate();
        var log = _files.PathOf("access.log");
        var files = $$"""{ "Path": "{{_files.PathOf("tls.crt")}}", "KeyPath": "{{_files.PathOf("tls.key")}}" }""";
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync("ok"));
        var config = _files.WriteConfig(
            [backend.Address], more: $$""" "AccessLog": { "Path": "{{log}}" }, """, route: """ "Signature": "tls.ja4" """,
            endpoint: $"\"Url\": \"https://127.0.0.1:0\", {certificate.Replace("FILES", files, StringComparison.Ordinal)}");
        await using (var edge = await EdgeFixture.StartAsync(config))
        {
            foreach (var protocols in new[] { SslProtocols.Tls13, SslProtocols.Tls13, SslProtocols.Tls12 })
                await RequestAsync(edge.Client.BaseAddress!, protocols);
            await edge.StopAsync();
        }

        var lines = (await File.ReadAllLinesAsync(log)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        var fingerprints = lines.Select(line => line.GetProperty("ja4").GetString()!).ToArray();
        var flows = lines.Select(line => line.GetProperty("flow").GetString()).ToArray();
        Assert.Matches("^t13[di][0-9]{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$", fingerprints[0]);
        Assert.Matches("^t12[di][0-9]{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$", fingerprints[2]);
        Assert.Equal((fingerprints[0], flows[0]), (fingerprints[1], flows[1]));
        Assert.NotEqual(flows[0], flows[2]);
    }

    /// <summary>Each request is on a connection of its own.</summary>
    private static async Task RequestAsync(Uri address, SslProtocols protocols)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions =
            {
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = address, DefaultRequestVersion = new Version(2, 0) };
        await client.GetStringAsync("/");
    }
}
