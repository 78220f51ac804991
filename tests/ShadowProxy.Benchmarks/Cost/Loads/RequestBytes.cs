using System.Buffers.Binary;
using System.Text;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Loads;

/// <summary>Requests, ready to be sent.</summary>
internal static class RequestBytes
{
    /// <summary>One for each session.</summary>
    public static byte[][] For(Workload workload) =>
        [.. Enumerable.Range(0, Sessions.Count).Select(session => workload.Exchange switch
        {
            Exchange.Message => Message(length: 64 + (session % 62)),
            Exchange.PostLarge => [.. Head("POST", workload, session, "Content-Length: 65536\r\n"), .. new byte[64 * 1024]],
            _ => Head("GET", workload, session),
        })];

    /// <summary>What makes a connection a WebSocket (RFC 6455, 4.1).</summary>
    public static byte[] Upgrade(Workload workload, int session) => Head(
        "GET", workload, session,
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");

    private static byte[] Head(string method, Workload workload, int session, string headers = "") => Encoding.ASCII.GetBytes(
        $"{method} {workload.Path} HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: cost\r\nAccept: */*\r\n"
        + $"Cookie: {Sessions.Cookie(session)}\r\n{headers}\r\n");

    /// <summary>A final binary frame, masked, of less than 126 B (RFC 6455, 5.2).</summary>
    private static byte[] Message(int length)
    {
        var frame = new byte[6 + length];
        frame[0] = 0x82;
        frame[1] = (byte)(0x80 | length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(2), 0x5A3C_961E);
        return frame;
    }
}
