using System.Buffers;
using ShadowProxy.Connections;

namespace ShadowProxy.Edge.Clients;

/// <summary>
/// Reads the header of the PROXY protocol, versions 1 and 2. Source: HAProxy Technologies, "The PROXY protocol", 2020-03-05
/// (doc/proxy-protocol.txt of HAProxy). Pure.
/// </summary>
internal static class ProxyProtocolParser
{
    /// <summary>The longest header that is read, in bytes: addresses and extensions (TLVs) of the binary format.</summary>
    public const int MaxLength = 4096;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">What came so far.</param>
    /// <param name="header">The header, where it is complete.</param>
    public static PrefaceStatus Read(in ReadOnlySequence<byte> bytes, out ProxyProtocolHeader header)
    {
        header = default;
        if (bytes.IsEmpty)
            return PrefaceStatus.Incomplete;
        Span<byte> buffer = stackalloc byte[ProxyProtocolText.MaxLength];
        var beginning = bytes.Slice(0, Math.Min(bytes.Length, buffer.Length));
        beginning.CopyTo(buffer);
        buffer = buffer[..(int)beginning.Length];
        if (buffer[0] == ProxyProtocolText.Prefix[0])
            return ProxyProtocolText.Read(buffer, out header);
        var status = ProxyProtocolBinary.Read(buffer, out header);
        return status == PrefaceStatus.Complete && header.Length > bytes.Length ? PrefaceStatus.Incomplete : status;
    }
}
