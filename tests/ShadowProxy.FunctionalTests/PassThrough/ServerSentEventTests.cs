using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.PassThrough;

public sealed class ServerSentEventTests
{
    [Fact]
    public async Task Stream_EachEvent_ArrivesBeforeTheNextIsSent()
    {
        using var received = new SemaphoreSlim(0);
        await using var backend = await TestBackend.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 5; i++)
            {
                await context.Response.WriteAsync($"id: {i}\ndata: event {i}\n\n");
                await context.Response.Body.FlushAsync();
                await received.WaitAsync(context.RequestAborted);
            }
        });
        await using var proxy = await TestProxy.StartAsync(ProxyConfiguration.For(backend));
        using var session = proxy.CreateSession();

        using var response = await session.SendAsync(HttpMethod.Get, "/events");
        var events = new List<string>();
        using var limit = new CancellationTokenSource(Patience.Limit);
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync(limit.Token))
        {
            events.Add(item.Data);
            received.Release();
        }

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"event {i}"), events);
    }
}
