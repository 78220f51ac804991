using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Lab.Backends;

/// <summary>What a sample backend serves.</summary>
internal static class SampleEndpoints
{
    private const int ChunkBytes = 64 * 1024;
    private const long MostBytes = 1L << 30;
    private static readonly TimeSpan EventInterval = TimeSpan.FromMilliseconds(20);

    private sealed record Answer(string Backend, string Path, string Session);

    public static void MapSampleEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapGet("/bytes/{count:long}", WriteBytesAsync);
        app.MapPost("/echo", (HttpContext context) =>
        {
            context.Response.ContentType = context.Request.ContentType;
            return context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        app.MapGet("/stream", (TimeProvider time, INodeDrain drain, CancellationToken aborted, int events = 5) =>
            TypedResults.ServerSentEvents(EventsAsync(events, time, drain.EndStreams, aborted), "tick"));
        app.Map("/ws", EchoMessagesAsync);
        app.Map("/{**path}", (HttpContext context, SampleBackendOptions options) =>
            TypedResults.Json(new Answer(options.Name, context.Request.Path, SessionMiddleware.Of(context))));
    }

    /// <summary>Byte i is i mod 256, so that a reader can tell that nothing is lost or doubled.</summary>
    private static async Task WriteBytesAsync(HttpContext context, long count)
    {
        if (count is < 0 or > MostBytes)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = count;
        var chunk = new byte[ChunkBytes];
        for (var i = 0; i < chunk.Length; i++)
            chunk[i] = (byte)i;
        for (var left = count; left > 0; left -= ChunkBytes)
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, ChunkBytes)), context.RequestAborted);
    }

    private static async IAsyncEnumerable<string> EventsAsync(
        int count, TimeProvider time, CancellationToken end, [EnumeratorCancellation] CancellationToken aborted)
    {
        for (var i = 0; i < count && !end.IsCancellationRequested; i++)
        {
            yield return i.ToString();
            await Task.Delay(EventInterval, time, aborted);
        }
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var leaves = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestServices.GetRequiredService<INodeDrain>().EndStreams.Register(leaves.SetResult);
        var buffer = new byte[ChunkBytes];
        while (true)
        {
            var receiving = socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted).AsTask();
            if (socket.State == WebSocketState.Open && await Task.WhenAny(receiving, leaves.Task) == leaves.Task)
                await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "the node is about to stop", context.RequestAborted);
            var received = await receiving;
            if (received.MessageType == WebSocketMessageType.Close)
                break;
            if (socket.State == WebSocketState.Open)
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }

        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
