using System.Buffers;
using Microsoft.AspNetCore.Connections;
using ShadowProxy.Connections;

namespace ShadowProxy.Edge.Clients;

/// <summary>
/// Begins each connection with the header of the PROXY protocol and gives it the client's address, before TLS and HTTP. A connection from
/// anybody but a trusted proxy, or without a header, is closed: nobody else may say who the client is. Thread-safe.
/// </summary>
internal sealed class ProxyProtocolMiddleware(
    ConnectionDelegate next, TrustedProxies proxies, RejectedConnections rejected, TimeProvider time)
{
    /// <summary>The specification asks for 3 s at least, for one packet that was lost.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var sender = connection.RemoteEndPoint;
        var header = default(ProxyProtocolHeader);
        var seen = 0L;
        var status = proxies.Contains(sender)
            ? await ConnectionPreface.ReadAsync(connection.Transport.Input, Read, Timeout, time)
            : (PrefaceStatus?)null;
        // Somebody tried whether the port is open, as balancers do.
        if (status == PrefaceStatus.Ended && seen == 0)
            return;
        if (status != PrefaceStatus.Complete)
        {
            rejected.Add(sender, status);
            connection.Abort(new ConnectionAbortedException("There was no header of the PROXY protocol from a trusted proxy."));
            return;
        }
        if (header is { Client: { } client, Destination: { } destination })
            (connection.RemoteEndPoint, connection.LocalEndPoint) = (client, destination);
        await next(connection);

        PrefaceStatus Read(in ReadOnlySequence<byte> bytes, out long consumed)
        {
            seen = bytes.Length;
            var found = ProxyProtocolParser.Read(bytes, out header);
            consumed = found == PrefaceStatus.Complete ? header.Length : 0;
            return found;
        }
    }
}
