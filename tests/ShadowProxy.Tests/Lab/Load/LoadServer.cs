using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ShadowProxy.Tests.Lab.Load;

/// <summary>A server on loopback that notes every request and answers as it is told.</summary>
internal sealed class LoadServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoadServer(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Method, string? Cookie, string? Id, long? Length)> Requests { get; } = [];

    public Uri Address => new(_app.Urls.Single());

    public static async Task<LoadServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new LoadServer(app);
        app.Run(async context =>
        {
            var headers = context.Request.Headers;
            server.Requests.Enqueue(
                (context.Request.Method, headers.Cookie.FirstOrDefault(), headers["X-Request-Id"].FirstOrDefault(), context.Request.ContentLength));
            await answer(context);
        });
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
