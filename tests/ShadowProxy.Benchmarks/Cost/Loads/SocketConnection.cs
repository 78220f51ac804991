using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Loads;

/// <summary>A kept-alive connection that sends ready bytes and reads just enough of each answer to know its end.</summary>
internal sealed class SocketConnection : IDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[80 * 1024];
    private bool _upgraded;

    private SocketConnection(Stream stream) => _stream = stream;

    public static async Task<SocketConnection> OpenAsync(Site site, Uri server, int session, CancellationToken cancellation)
    {
        var connection = new SocketConnection(await ConnectAsync(site, server, cancellation));
        if (site.Workload.Exchange == Exchange.Message)
            await connection.UpgradeAsync(RequestBytes.Upgrade(site.Workload, session), cancellation);
        return connection;
    }

    /// <summary>Sends a request and reads its answer: a 200 with a Content-Length, or a small frame.</summary>
    public async ValueTask ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        await _stream.WriteAsync(request, cancellation);
        var received = 0;
        var length = int.MaxValue;
        do
        {
            received += await ReceiveAsync(received, cancellation);
            if (length == int.MaxValue)
                length = _upgraded ? LengthOfFrame(_buffer.AsSpan(0, received)) : LengthOfAnswer(_buffer.AsSpan(0, received));
        }
        while (received < length);
    }

    public void Dispose() => _stream.Dispose();

    private static async Task<Stream> ConnectAsync(Site site, Uri server, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(server.Host), server.Port, cancellation);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (server.Scheme != Uri.UriSchemeHttps)
                return stream;
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, shown, _, _) => site.Certificate.Is(shown));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.Host }, cancellation);
            return tls;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task UpgradeAsync(byte[] request, CancellationToken cancellation)
    {
        await _stream.WriteAsync(request, cancellation);
        var received = 0;
        do
            received += await ReceiveAsync(received, cancellation);
        while (!_buffer.AsSpan(0, received).EndsWith("\r\n\r\n"u8));
        if (!_buffer.AsSpan().StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException("The server does not take WebSockets.");
        _upgraded = true;
    }

    private async ValueTask<int> ReceiveAsync(int offset, CancellationToken cancellation)
    {
        var count = await _stream.ReadAsync(_buffer.AsMemory(offset), cancellation);
        return count > 0 ? count : throw new InvalidOperationException("The server closed a connection.");
    }

    private static int LengthOfFrame(ReadOnlySpan<byte> frame) => frame.Length < 2 ? int.MaxValue : 2 + frame[1];

    /// <summary>
    /// The length of the whole answer; the largest number while its head is incomplete. Some servers write names in lower case.
    /// </summary>
    private static int LengthOfAnswer(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return int.MaxValue;
        var name = answer[..head].IndexOf("\r\nContent-Length: "u8);
        if (name < 0)
            name = answer[..head].IndexOf("\r\ncontent-length: "u8);
        return answer.StartsWith("HTTP/1.1 200"u8) && name >= 0 && Utf8Parser.TryParse(answer[(name + 18)..], out int body, out _)
            ? head + 4 + body
            : throw new InvalidOperationException("The server answered with something else than a 200 with a length.");
    }
}
