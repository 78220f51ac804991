using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

public sealed class ForwardedClientTests : IDisposable
{
    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.7 https orders.example")]
    [InlineData("127.0.0.1\", \"198.51.100.0/24", "203.0.113.7, 198.51.100.9", "203.0.113.7 https orders.example")]
    [InlineData("127.0.0.1", "10.9.9.9, 203.0.113.7", "203.0.113.7 https orders.example")]
    [InlineData("198.51.100.0/24", "203.0.113.7", "127.0.0.1 http -")]
    public async Task Headers_OfATrustedProxy_SayWhoTheClientIs(string trusted, string forwardedFor, string expected)
    {
        await using var backend = await Backend.StartAsync(TellClientAsync);
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address], more: $""" "TrustedProxies": ["{trusted}"], """));
        Forward(edge.Client, forwardedFor);

        var answer = await edge.Client.GetStringAsync("/");

        Assert.Equal(expected, answer.Replace(edge.Client.BaseAddress!.Authority, "-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Headers_OfAnybody_CountForNothingByDefault()
    {
        await using var backend = await Backend.StartAsync(TellClientAsync);
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address]));
        Forward(edge.Client, "203.0.113.7");

        Assert.StartsWith("127.0.0.1 http ", await edge.Client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_OfATrustedProxy_ChoosesTheRoute()
    {
        await using var backend = await Backend.StartAsync(TellClientAsync);
        var config = await File.ReadAllTextAsync(_files.WriteConfig([backend.Address], more: """ "TrustedProxies": ["127.0.0.1"], """));
        _files.Write(config.Replace("\"Match\": {", "\"Match\": { \"Hosts\": [\"orders.example\"],", StringComparison.Ordinal));
        await using var edge = await EdgeFixture.StartAsync(_files.ConfigPath);
        Forward(edge.Client, "203.0.113.7");

        Assert.Equal("203.0.113.7 https orders.example", await edge.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Reload_TrustedProxies_AreFollowed()
    {
        await using var backend = await Backend.StartAsync(TellClientAsync);
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig([backend.Address]));
        Forward(edge.Client, "203.0.113.7");
        Assert.StartsWith("127.0.0.1 ", await edge.Client.GetStringAsync("/"), StringComparison.Ordinal);

        _files.WriteConfig([backend.Address], more: """ "TrustedProxies": ["127.0.0.1"], """);

        await Patience.EventuallyAsync(async cancellation =>
            (await edge.Client.GetStringAsync("/", cancellation)).StartsWith("203.0.113.7 ", StringComparison.Ordinal));
    }

    private static void Forward(HttpClient client, string forwardedFor)
    {
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "orders.example");
    }

    private static Task TellClientAsync(HttpContext context) => context.Response.WriteAsync(
        $"{context.Request.Headers["X-Forwarded-For"]} {context.Request.Headers["X-Forwarded-Proto"]} {context.Request.Headers["X-Forwarded-Host"]}");
}
