using System.Net;
using System.Net.Sockets;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>Makes HTTP clients whose connections begin with bytes of the test's, or come from an address of the test's.</summary>
internal static class PrefacedClient
{
    /// <summary>Makes a client.</summary>
    /// <param name="address">Where it connects to.</param>
    /// <param name="preface">What each connection begins with, before TLS.</param>
    /// <param name="piece">How many bytes of it are sent at once.</param>
    /// <param name="from">The client's own address; any of 127.0.0.0/8 is this machine.</param>
    public static HttpClient Create(Uri address, byte[]? preface = null, int piece = int.MaxValue, string from = "127.0.0.1")
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                    await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancellation);
                    var stream = new NetworkStream(socket, ownsSocket: true);
                    foreach (var part in preface?.Chunk(Math.Min(piece, preface.Length)) ?? [])
                        await stream.WriteAsync(part, cancellation);
                    return stream;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = address, Timeout = Patience.Limit };
    }
}
