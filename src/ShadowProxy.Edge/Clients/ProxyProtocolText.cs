using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ShadowProxy.Connections;

namespace ShadowProxy.Edge.Clients;

/// <summary>Version 1 of the PROXY protocol: <c>PROXY TCP4 192.0.2.1 192.0.2.2 56324 443</c> and CR LF. Pure.</summary>
internal static class ProxyProtocolText
{
    /// <summary>The longest line, CR and LF included.</summary>
    public const int MaxLength = 107;

    private static readonly SearchValues<byte> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>What every line begins with.</summary>
    public static ReadOnlySpan<byte> Prefix => "PROXY "u8;

    /// <summary>Reads a line.</summary>
    /// <param name="bytes">What came so far, as far as a line can reach.</param>
    /// <param name="header">The header, where the line is complete.</param>
    public static PrefaceStatus Read(ReadOnlySpan<byte> bytes, out ProxyProtocolHeader header)
    {
        header = default;
        var known = Math.Min(bytes.Length, Prefix.Length);
        if (!bytes[..known].SequenceEqual(Prefix[..known]))
            return PrefaceStatus.Invalid;
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
            return bytes.Length < MaxLength ? PrefaceStatus.Incomplete : PrefaceStatus.Invalid;
        var length = end + 2;
        var line = bytes[Prefix.Length..end];
        // Whatever follows UNKNOWN says nothing.
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
            header = new(length);
        else if (TryReadAddresses(line, out var client, out var destination))
            header = new(length, client, destination);
        else
            return PrefaceStatus.Invalid;
        return PrefaceStatus.Complete;
    }

    private static bool TryReadAddresses(ReadOnlySpan<byte> line, out IPEndPoint? client, out IPEndPoint? destination)
    {
        (client, destination) = (null, null);
        Span<Range> fields = stackalloc Range[6];
        if (Split(line, fields) != 5)
            return false;
        var family = line[fields[0]] switch
        {
            var name when name.SequenceEqual("TCP4"u8) => AddressFamily.InterNetwork,
            var name when name.SequenceEqual("TCP6"u8) => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        if (!TryReadAddress(line[fields[1]], family, out var from) || !TryReadAddress(line[fields[2]], family, out var to)
            || !TryReadPort(line[fields[3]], out var fromPort) || !TryReadPort(line[fields[4]], out var toPort))
            return false;
        (client, destination) = (new IPEndPoint(from, fromPort), new IPEndPoint(to, toPort));
        return true;
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var count = 0;
        foreach (var field in line.Split((byte)' '))
        {
            if (count == fields.Length)
                break;
            fields[count++] = field;
        }
        return count;
    }

    // IPAddress reads much that is not canonical (hexadecimal and octal numbers, brackets, scopes) and that must not pass here.
    private static bool TryReadAddress(ReadOnlySpan<byte> text, AddressFamily family, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        return !text.ContainsAnyExcept(AddressCharacters)
            && IPAddress.TryParse(text, out address) && address.AddressFamily == family
            && (family == AddressFamily.InterNetworkV6 || IsWrittenAs(address, text));
    }

    private static bool IsWrittenAs(IPAddress address, ReadOnlySpan<byte> text)
    {
        Span<byte> canonical = stackalloc byte[16];
        return address.TryFormat(canonical, out var length) && text.SequenceEqual(canonical[..length]);
    }

    private static bool TryReadPort(ReadOnlySpan<byte> text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
        && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && (text.Length == 1 || text[0] != (byte)'0');
}
