using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Serving;

/// <summary>All nodes in one process, each with listeners of its own, as fast as ASP.NET Core can.</summary>
internal static class NodeApp
{
    public const string LargePath = "/large";

    /// <summary>How many nodes there are.</summary>
    public const int Count = 4;

    private static readonly byte[] Small = new byte[1024];
    private static readonly byte[] Large = new byte[64 * 1024];

    /// <summary>Listens as the nodes, and lastly as one that clients come to without a proxy.</summary>
    /// <param name="listener">Makes it listen.</param>
    /// <param name="front">How clients speak.</param>
    /// <param name="nodes">How proxies speak.</param>
    /// <param name="reports">Whether each answer carries a load report.</param>
    public static WebApplication Build(Listener listener, Wire front, Wire nodes, bool reports)
    {
        var builder = listener.CreateBuilder([.. Enumerable.Repeat(nodes, Count), front]);
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(context =>
        {
            if (reports)
                context.Response.Headers["endpoint-load-metrics"] = "TEXT cpu_utilization=0.31,mem_utilization=0.42,rps_fractional=812.5,eps=0";
            return AnswerAsync(context);
        });
        return app;
    }

    private static Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
            return EchoMessagesAsync(context);
        if (context.Request.ContentType == "application/grpc")
            return EchoCallAsync(context);
        if (HttpMethods.IsPost(context.Request.Method))
            return SinkAsync(context);
        return SendAsync(context.Response, context.Request.Path == LargePath ? Large : Small);
    }

    private static async Task SinkAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync();
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        await SendAsync(context.Response, Small);
    }

    private static Task SendAsync(HttpResponse response, byte[] body)
    {
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length);
    }

    /// <summary>A unary call whose answer is its request; a length-prefixed message looks the same both ways.</summary>
    private static async Task EchoCallAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Request.Body.CopyToAsync(context.Response.Body);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (message.MessageType == WebSocketMessageType.Close)
                    break;
                await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Clients leave without a word when a run ends.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
