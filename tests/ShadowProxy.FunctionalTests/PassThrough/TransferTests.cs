using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.PassThrough;

/// <summary>Long bodies.</summary>
public sealed class TransferTests
{
    private const long DownloadLength = 100_000_000;
    private const long UploadLength = 20_000_000;

    [Theory]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, false)]
    public async Task Download_100MB_ArrivesUnchanged(HttpProtocols protocols, bool withLength)
    {
        await using var backend = await TestBackend.StartAsync(async context =>
        {
            context.Response.ContentLength = withLength ? DownloadLength : null;
            await PatternedBytes.WriteAsync(context.Response.Body, DownloadLength, context.RequestAborted);
        });
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend), new LoopbackListener { Protocols = protocols });
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Get, "/file");
        var hash = await SHA256.HashDataAsync(await response.Content.ReadAsStreamAsync());

        Assert.Equal(withLength ? DownloadLength : null, response.Content.Headers.ContentLength);
        Assert.Equal(await PatternedBytes.HashAsync(DownloadLength), hash);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, false)]
    public async Task Upload_20MB_ArrivesUnchangedAndOnce(HttpProtocols protocols, bool chunked)
    {
        await using var backend = await TestBackend.StartAsync(async context =>
        {
            var hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
            await context.Response.WriteAsync($"{context.Request.ContentLength} {Convert.ToHexString(hash)}");
        });
        await using var proxy = await TestProxy.StartAsync(
            ProxyConfiguration.For(backend), new LoopbackListener { Protocols = protocols });
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Post, "/file", new PatternedContent(UploadLength, chunked));

        var length = chunked ? "" : $"{UploadLength}";
        var hash = Convert.ToHexString(await PatternedBytes.HashAsync(UploadLength));
        Assert.Equal($"{length} {hash}", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, backend.Requests);
    }
}
