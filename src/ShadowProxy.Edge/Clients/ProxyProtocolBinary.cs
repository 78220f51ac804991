using System.Buffers.Binary;
using System.Net;
using ShadowProxy.Connections;

namespace ShadowProxy.Edge.Clients;

/// <summary>Version 2 of the PROXY protocol: a signature, a command, a family, a length, two addresses, and extensions that are skipped. Pure.</summary>
internal static class ProxyProtocolBinary
{
    private const int FixedLength = 16;
    private const int Version = 2;
    private const int LocalCommand = 0;
    private const int ProxyCommand = 1;
    private const int MaxFamily = 3;
    private const int MaxTransport = 2;
    private const int TcpOverIPv4 = 0x11;
    private const int TcpOverIPv6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header up to its addresses.</summary>
    /// <param name="bytes">What came so far, as far as addresses can reach.</param>
    /// <param name="header">The header, where its addresses are complete; its extensions may still be to come.</param>
    public static PrefaceStatus Read(ReadOnlySpan<byte> bytes, out ProxyProtocolHeader header)
    {
        header = default;
        var known = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..known].SequenceEqual(Signature[..known]))
            return PrefaceStatus.Invalid;
        if (bytes.Length < FixedLength)
            return PrefaceStatus.Incomplete;
        var (version, command) = (bytes[12] >> 4, bytes[12] & 0xf);
        var (family, transport) = (bytes[13] >> 4, bytes[13] & 0xf);
        var length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (version != Version || command > ProxyCommand || length > ProxyProtocolParser.MaxLength)
            return PrefaceStatus.Invalid;
        header = new(length);
        if (command == LocalCommand)
            return PrefaceStatus.Complete;
        if (family > MaxFamily || transport > MaxTransport)
            return PrefaceStatus.Invalid;
        // Of other families, such as Unix sockets, there is nothing to tell: as if the proxy did not know the client.
        var size = bytes[13] switch
        {
            TcpOverIPv4 => 4,
            TcpOverIPv6 => 16,
            _ => 0,
        };
        var end = FixedLength + (2 * size) + (2 * sizeof(ushort));
        if (size == 0)
            return PrefaceStatus.Complete;
        if (length < end)
            return PrefaceStatus.Invalid;
        if (bytes.Length < end)
            return PrefaceStatus.Incomplete;
        var addresses = bytes[FixedLength..end];
        header = new(length, EndPoint(addresses[..size], addresses[(2 * size)..]), EndPoint(addresses[size..(2 * size)], addresses[^2..]));
        return PrefaceStatus.Complete;
    }

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) =>
        new(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(port));
}
