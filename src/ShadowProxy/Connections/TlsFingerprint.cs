using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ShadowProxy.Connections;

/// <summary>Takes the fingerprint of a connection's client, once. Immutable.</summary>
internal sealed class TlsFingerprint(ClientHello hello) : ITlsFingerprintFeature
{
    /// <summary>As long as Kestrel waits for a TLS handshake.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Ja4 { get; } = Connections.Ja4.Compute(hello);

    /// <summary>Takes it from the record that a connection began with; where that is no whole ClientHello, there is none.</summary>
    public static void Take(ConnectionContext connection, ReadOnlySequence<byte> record)
    {
        if (connection.Features.Get<ITlsFingerprintFeature>() is null
            && ClientHelloReader.Read(record, out var hello) == PrefaceStatus.Complete)
            connection.Features.Set<ITlsFingerprintFeature>(new TlsFingerprint(hello!));
    }

    /// <summary>Takes it from a connection before its TLS handshake, which then reads the same bytes again.</summary>
    public static async Task TakeAsync(ConnectionContext connection, ConnectionDelegate next, TimeProvider time)
    {
        ClientHello? hello = null;
        var status = await ConnectionPreface.ReadAsync(connection.Transport.Input, Read, Timeout, time);
        if (status == PrefaceStatus.TimedOut)
        {
            connection.Abort(new ConnectionAbortedException("The client began no TLS handshake in time."));
            return;
        }
        // What is no ClientHello, the handshake knows better how to refuse.
        if (hello is not null)
            connection.Features.Set<ITlsFingerprintFeature>(new TlsFingerprint(hello));
        await next(connection);

        PrefaceStatus Read(in ReadOnlySequence<byte> bytes, out long consumed)
        {
            consumed = 0;
            return ClientHelloReader.Read(bytes, out hello);
        }
    }
}
