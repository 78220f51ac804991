using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.PassThrough;

public sealed class WebSocketTests : IAsyncLifetime
{
    private readonly TaskCompletionSource<(WebSocketCloseStatus?, string?)> _closedByClient = new();
    private TestBackend _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await TestBackend.StartAsync(app =>
    {
        app.UseWebSockets();
        app.Run(EchoAsync);
    });

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    [Theory]
    [InlineData(HttpProtocols.Http1, WebSocketMessageType.Text, 5)]
    [InlineData(HttpProtocols.Http1, WebSocketMessageType.Binary, 0)]
    [InlineData(HttpProtocols.Http1, WebSocketMessageType.Binary, 1 << 20)]
    [InlineData(HttpProtocols.Http2, WebSocketMessageType.Binary, 1 << 20)]
    public async Task Echo_Message_ComesBackUnchanged(HttpProtocols protocols, WebSocketMessageType type, int length)
    {
        await using var proxy = await StartProxyAsync(protocols);
        using var session = proxy.CreateSession();
        using var socket = await ConnectAsync(session);
        var message = Encoding.ASCII.GetBytes(new string('x', length));

        // Sent and received at once: a large message does not fit into the buffers on the way.
        var sending = socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);
        var (received, receivedType) = await ReceiveAsync(socket);
        await sending.Soon();

        Assert.Equal(type, receivedType);
        Assert.Equal(message, received);
    }

    [Fact]
    public async Task Close_ByClient_StatusReachesTheBackendAndIsAnswered()
    {
        await using var proxy = await StartProxyAsync(HttpProtocols.Http1);
        using var session = proxy.CreateSession();
        using var socket = await ConnectAsync(session);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).Soon();

        Assert.Equal((WebSocketCloseStatus.NormalClosure, "done"), await _closedByClient.Task.Soon());
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    private Task<TestProxy> StartProxyAsync(HttpProtocols protocols) => TestProxy.StartAsync(
        ProxyConfiguration.For(_backend), new LoopbackListener { Protocols = protocols, Tls = protocols == HttpProtocols.Http2 });

    private static async Task<ClientWebSocket> ConnectAsync(TestSession session)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = session.Http.DefaultRequestVersion;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = new UriBuilder(session.Address) { Scheme = session.Address.Scheme == "https" ? "wss" : "ws" }.Uri;
        await socket.ConnectAsync(address, session.Http, CancellationToken.None).Soon();
        return socket;
    }

    private static async Task<(byte[] Message, WebSocketMessageType Type)> ReceiveAsync(WebSocket socket)
    {
        var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, CancellationToken.None).Soon();
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return (message.ToArray(), part.MessageType);
    }

    private async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        while (true)
        {
            var (message, type) = await ReceiveAsync(socket);
            if (type == WebSocketMessageType.Close)
                break;
            await socket.SendAsync(message, type, endOfMessage: true, context.RequestAborted);
        }

        _closedByClient.TrySetResult((socket.CloseStatus, socket.CloseStatusDescription));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
    }
}
