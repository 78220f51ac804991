namespace ShadowProxy.Connections;

/// <summary>
/// The fingerprint of the client that opened a TLS connection: a feature of the connection, and so of each request on it, where <c>UseJa4</c>
/// was called and the ClientHello could be read. The signature component <c>tls.ja4</c> is this.
/// </summary>
public interface ITlsFingerprintFeature
{
    /// <summary>JA4, 36 characters such as <c>t13d1516h2_8daaf6152771_e5627efa2ab1</c>; the same for all connections of one client program.</summary>
    string Ja4 { get; }
}
