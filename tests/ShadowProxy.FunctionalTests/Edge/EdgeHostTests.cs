using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.Edge.Configuration;
using ShadowProxy.Edge.Hosting;

namespace ShadowProxy.FunctionalTests.Edge;

public sealed class EdgeHostTests : IDisposable
{
    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Build_BadConfiguration_ThrowsAllErrors()
    {
        _files.Write("""{ "Typo": 1, "Shadowing": { "Capacity": 1 } }""");

        Assert.Equal(2, (await Assert.ThrowsAsync<EdgeConfigurationException>(() => EdgeHost.BuildAsync(_files.ConfigPath))).Errors.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Https_CertificateFromConfiguration_KnowsTheServerName(int version)
    {
        var thumbprint = _files.WriteCertificate();
        var config = _files.WriteConfig(["http://127.0.0.1:1"], endpoint:
            $$"""
            "Url": "https://127.0.0.1:0", "Certificate": { "Path": "{{_files.PathOf("tls.crt")}}", "KeyPath": "{{_files.PathOf("tls.key")}}" }
            """);
        await using var edge = await EdgeFixture.StartAsync(config, builder => builder.Services.AddSingleton<IStartupFilter, TellServerName>());
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == thumbprint } };
        using var client = new HttpClient(handler)
        {
            BaseAddress = edge.Client.BaseAddress,
            DefaultRequestVersion = new Version(version, version == 1 ? 1 : 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        client.DefaultRequestHeaders.Host = "orders.example";

        Assert.Equal($"orders.example HTTP/{(version == 1 ? "1.1" : "2")}", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task TraceContext_OfTheClient_ReachesTheNodeAndTheAccessLog()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        const string Parent = $"00-{Trace}-b7ad6b7169203331-01";
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync(context.Request.Headers.TraceParent.ToString()));
        var log = _files.PathOf("access.log");
        await using (var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address], more: $$"""
            "AccessLog": { "Path": "{{log}}" },
            """)))
        {
            edge.Client.DefaultRequestHeaders.Add("traceparent", Parent);
            Assert.Equal(Parent, await edge.Client.GetStringAsync("/"));
            await edge.StopAsync();
        }

        Assert.Contains(Trace, await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AccessLog_Requests_LeaveALineEach()
    {
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync("ok"));
        var log = _files.PathOf("access.log");
        await using (var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address], more: $$"""
            "AccessLog": { "Path": "{{log}}" },
            """)))
        {
            await edge.Client.GetStringAsync("/a?secret=1");
            await edge.Client.PostAsync("/b", null);
            await edge.StopAsync();
        }

        var lines = (await File.ReadAllLinesAsync(log)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        Assert.Equal(["GET /a 200", "POST /b 200"], lines.Select(line => $"{line.GetProperty("method")} {line.GetProperty("path")} {line.GetProperty("status")}"));
        Assert.All(lines, line => Assert.Equal(("all", "all", "node0", "127.0.0.1"),
            (line.GetProperty("route").GetString(), line.GetProperty("cluster").GetString(), line.GetProperty("node").GetString(), line.GetProperty("client").GetString())));
        Assert.All(lines, line => Assert.Equal((1, 32), (line.GetProperty("attempts").GetInt32(), line.GetProperty("flow").GetString()!.Length)));
        Assert.All(lines, line => Assert.InRange(line.GetProperty("timeToHeadersMs").GetDouble(), 0, line.GetProperty("durationMs").GetDouble()));
    }

    [Fact]
    public async Task AccessLog_RequestOfSeveralAttempts_TellsEach()
    {
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync("ok"));
        var log = _files.PathOf("access.log");
        await using (var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address, "http://127.0.0.1:1"], more: $$"""
            "AccessLog": { "Path": "{{log}}" },
            """)))
        {
            for (var user = 0; user < 20; user++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Authorization", $"user{user}" } } };
                Assert.Equal(HttpStatusCode.OK, (await edge.Client.SendAsync(request)).StatusCode);
            }

            await edge.StopAsync();
        }

        var lines = (await File.ReadAllLinesAsync(log)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        var retried = lines.Where(line => line.GetProperty("attempts").GetInt32() == 2).ToArray();
        Assert.NotEmpty(retried);
        Assert.All(retried, line =>
        {
            var other = Assert.Single(line.GetProperty("otherAttempts").EnumerateArray());
            Assert.Equal(("node0", "node1", "connection_refused"), (line.GetProperty("node").GetString(), other.GetProperty("node").GetString(), other.GetProperty("result").GetString()));
            Assert.InRange(other.GetProperty("ms").GetDouble(), 0, line.GetProperty("durationMs").GetDouble());
        });
        Assert.All(lines.Except(retried), line => Assert.False(line.TryGetProperty("otherAttempts", out _)));
    }

    [Fact]
    public async Task Reload_UnderLoad_FailsNoRequestAndFollows()
    {
        await using var first = await Backend.StartAsync(context => context.Response.WriteAsync("first"));
        await using var second = await Backend.StartAsync(context => context.Response.WriteAsync("second"));
        var good = await File.ReadAllTextAsync(_files.WriteConfig([first.Address]));
        await using var edge = await EdgeFixture.StartAsync(_files.ConfigPath);
        Assert.Equal("first", await edge.Client.GetStringAsync("/"));

        _files.WriteConfig([first.Address, second.Address]);
        await RequestUntilAsync(edge, "second");
        _files.Write(good[..^5]);
        for (var i = 0; i < 200; i++)
            Assert.Contains(await edge.Client.GetStringAsync("/"), new[] { "first", "second" });
        _files.WriteConfig([second.Address]);
        await RequestUntilAsync(edge, "second", times: 20);
    }

    [Fact]
    public async Task Body_LargerThanKestrelsDefault_Passes()
    {
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address]));

        using var response = await edge.Client.PostAsync("/", new ByteArrayContent(new byte[40_000_000]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Requests go on, each of which must succeed, until the answer came as often in a row as asked.</summary>
    private static async Task RequestUntilAsync(EdgeFixture edge, string answer, int times = 1)
    {
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var seen = 0; seen < times;)
            seen = await edge.Client.GetStringAsync("/", giveUp.Token) == answer ? seen + 1 : 0;
    }

    private sealed class TellServerName : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app => app.Run(context =>
            context.Response.WriteAsync($"{context.Features.Get<ITlsHandshakeFeature>()?.HostName} {context.Request.Protocol}"));
    }
}
