using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>A kept-alive HTTP/1.1 connection that sends ready bytes and reads just enough of each answer to know its end.</summary>
internal sealed class RawHttpConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16 * 1024];

    public async Task ConnectAsync(Uri address, CancellationToken cancellation) =>
        await _socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port, cancellation);

    /// <summary>Sends a request and reads its answer, which must be a 200 with a Content-Length and fit into 16 KiB.</summary>
    public async ValueTask ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        await _socket.SendAsync(request, cancellation);
        var received = 0;
        do
        {
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(received), cancellation);
            if (count == 0)
                throw new InvalidOperationException("The proxy closed the connection.");
            received += count;
        }
        while (received < LengthOf(_buffer.AsSpan(0, received)));
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The length of the whole answer; the largest number while its headers are incomplete.</summary>
    private static int LengthOf(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return int.MaxValue;
        var name = "\r\nContent-Length: "u8;
        var length = answer[..head].IndexOf(name);
        if (!answer.StartsWith("HTTP/1.1 200"u8) || length < 0 || !Utf8Parser.TryParse(answer[(length + name.Length)..], out int body, out _))
            throw new InvalidOperationException("The proxy answered with something else than a 200 with a length.");
        return head + 4 + body;
    }
}
