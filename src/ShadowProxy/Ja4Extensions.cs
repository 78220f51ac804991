using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.Connections;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Takes the JA4 fingerprint of TLS clients, for the signature component <c>tls.ja4</c> and <see cref="ITlsFingerprintFeature"/>.</summary>
public static class Ja4Extensions
{
    /// <summary>
    /// Takes the fingerprint in Kestrel's <see cref="HttpsConnectionAdapterOptions.TlsClientHelloBytesCallback"/>, beside one that is set already:
    /// <c>kestrel.ConfigureHttpsDefaults(https => https.UseJa4())</c> or <c>listen.UseHttps(https => https.UseJa4())</c>. Kestrel does not call
    /// it where an <c>Sni</c> map or a handshake callback chooses the certificate: <see cref="UseJa4(ListenOptions)"/> does without it.
    /// </summary>
    /// <param name="https">How TLS is spoken.</param>
    public static HttpsConnectionAdapterOptions UseJa4(this HttpsConnectionAdapterOptions https)
    {
        ArgumentNullException.ThrowIfNull(https);
        https.TlsClientHelloBytesCallback += TlsFingerprint.Take;
        return https;
    }

    /// <summary>
    /// Takes the fingerprint before the handshake, however the certificate is chosen. Comes before <c>UseHttps</c>, and only where TLS is spoken:
    /// a connection that has not begun a handshake after 10 s is closed.
    /// </summary>
    /// <param name="listen">Where clients arrive.</param>
    public static ListenOptions UseJa4(this ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        var time = listen.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        listen.Use(next => connection => TlsFingerprint.TakeAsync(connection, next, time));
        return listen;
    }
}
