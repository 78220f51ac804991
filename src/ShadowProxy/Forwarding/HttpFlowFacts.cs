using System.Collections.Frozen;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ShadowProxy.Connections;
using ShadowProxy.Signatures;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The facts of an HTTP request, read from it where they stand: nothing is parsed ahead, and nothing allocated. Those of its connection
/// (addresses, server name, fingerprint) were found once, when it began; here they are only hashed.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="routeId">The id of its route.</param>
internal readonly struct HttpFlowFacts(HttpContext context, string routeId) : IFlowFacts
{
    private const int MaxAddressBytes = 16;

    private readonly StringValues _cookies = context.Request.Headers.Cookie;

    /// <inheritdoc/>
    public bool TryAppend(in SignatureComponent component, ref SipHash128 hash) => component.Kind switch
    {
        ComponentKind.Connection => TryAppend(context.Connection.Id, ref hash),
        ComponentKind.ClientAddress => TryAppendAddress(context.Connection.RemoteIpAddress, component.Number, ref hash),
        ComponentKind.ClientPort => TryAppendPort(context.Connection.RemotePort, ref hash),
        ComponentKind.LocalPort => TryAppendPort(context.Connection.LocalPort, ref hash),
        ComponentKind.TlsSni => TryAppendLowerCase(context.Features.Get<ITlsHandshakeFeature>()?.HostName, ref hash),
        ComponentKind.TlsJa4 => TryAppend(context.Features.Get<ITlsFingerprintFeature>()?.Ja4, ref hash),
        ComponentKind.HttpHost => TryAppendLowerCase(context.Request.Host.Value, ref hash),
        ComponentKind.HttpMethod => TryAppend(context.Request.Method, ref hash),
        ComponentKind.HttpPath => TryAppend(LeadingSegments(context.Request.Path.Value, component.Number), ref hash),
        ComponentKind.Header => TryAppendList(context.Request.Headers[component.Name!], ref hash),
        ComponentKind.Cookie => TryAppend(FindCookie(_cookies, component.Name), ref hash),
        ComponentKind.Query => TryAppend(FindParameter(context.Request.QueryString.Value, component.Name), ref hash),
        ComponentKind.Route => TryAppend(routeId, ref hash),
        _ => false,
    };

    /// <inheritdoc/>
    public int FindFirstCookie(FrozenDictionary<string, int> names, int none)
    {
        var first = none;
        var numbers = names.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var index = 0; index < _cookies.Count; index++)
        {
            var header = _cookies[index].AsSpan();
            foreach (var range in header.Split(';'))
            {
                var pair = header[range].TrimStart();
                if (pair.IndexOf('=') is > 0 and var length && numbers.TryGetValue(pair[..length], out var number))
                    first = Math.Min(first, number);
            }
        }
        return first;
    }

    /// <summary>Adds text, save where it is empty.</summary>
    public static bool TryAppend(ReadOnlySpan<char> text, ref SipHash128 hash)
    {
        hash.Append(text);
        return !text.IsEmpty;
    }

    /// <summary>Adds a port, save where it is none.</summary>
    public static bool TryAppendPort(int port, ref SipHash128 hash)
    {
        hash.Append((ulong)port);
        return port > 0;
    }

    /// <summary>Adds the leading bits of an address.</summary>
    public static bool TryAppendAddress(IPAddress? address, int prefix, ref SipHash128 hash)
    {
        Span<byte> bytes = stackalloc byte[MaxAddressBytes];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
            return false;
        bytes = address.IsIPv4MappedToIPv6 ? bytes[12..] : bytes[..length];
        for (var index = 0; index < bytes.Length; index++)
            bytes[index] &= (byte)(0xff00 >> Math.Clamp(prefix - (index * 8), 0, 8));
        hash.Append(bytes);
        return true;
    }

    /// <summary>Adds text whose case does not count.</summary>
    public static bool TryAppendLowerCase(ReadOnlySpan<char> text, ref SipHash128 hash)
    {
        Span<char> buffer = stackalloc char[128];
        for (var rest = text; !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(rest.Length, buffer.Length)];
            hash.Append(buffer[..piece.ToLowerInvariant(buffer)]);
            rest = rest[piece.Length..];
        }
        return !text.IsEmpty;
    }

    private static bool TryAppendList(StringValues values, ref SipHash128 hash)
    {
        var present = false;
        for (var index = 0; index < values.Count; index++)
        {
            if (index > 0)
                hash.Append(",");
            present |= TryAppend(values[index], ref hash);
        }
        return present;
    }

    /// <summary>The leading segments of a path.</summary>
    public static ReadOnlySpan<char> LeadingSegments(ReadOnlySpan<char> path, int count)
    {
        var end = 0;
        for (; count > 0 && end < path.Length; count--)
            end = path[(end + 1)..].IndexOf('/') is >= 0 and var length ? end + 1 + length : path.Length;
        return path[..end];
    }

    private static ReadOnlySpan<char> FindCookie(StringValues headers, ReadOnlySpan<char> name)
    {
        for (var index = 0; index < headers.Count; index++)
        {
            if (FindPair(headers[index], ';', name).Trim('"') is { IsEmpty: false } value)
                return value;
        }
        return [];
    }

    private static ReadOnlySpan<char> FindParameter(ReadOnlySpan<char> query, ReadOnlySpan<char> name) =>
        FindPair(query.TrimStart('?'), '&', name);

    // The first value that is not empty of a name in "name=value;name=value". Most names that are looked for are not there at all, which a
    // vectorised search sees at once.
    private static ReadOnlySpan<char> FindPair(ReadOnlySpan<char> pairs, char separator, ReadOnlySpan<char> name)
    {
        if (pairs.IndexOf(name) < 0)
            return [];
        foreach (var range in pairs.Split(separator))
        {
            var pair = pairs[range].Trim();
            if (pair.Length > name.Length + 1 && pair[name.Length] == '=' && pair.StartsWith(name))
                return pair[(name.Length + 1)..];
        }
        return [];
    }
}
