using System.Net;
using System.Net.Security;
using ShadowProxy.Nodes;

namespace ShadowProxy.Signals.Sources;

/// <summary>A node as its sources reach it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Address">Its health address, or else its address; http or https.</param>
/// <param name="AcceptAnyCertificate">Whether a certificate that cannot be verified will do.</param>
internal sealed record SourceTarget(Node Node, Uri Address, bool AcceptAnyCertificate)
{
    private const int MaxHeaderKiB = 16;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The root of the address, at another port where one is given.</summary>
    public Uri Root(int? port) => new UriBuilder(Address.Scheme, Address.Host, port ?? Address.Port).Uri;

    /// <summary>The end point behind the address, at another port where one is given.</summary>
    public EndPoint EndPoint(int? port) => IPAddress.TryParse(Address.IdnHost, out var ip)
        ? new IPEndPoint(ip, port ?? Address.Port)
        : new DnsEndPoint(Address.IdnHost, port ?? Address.Port);

    /// <summary>Connections of the source's own: no proxy, no redirect, no cookie, no trace; the caller disposes of them.</summary>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            MaxResponseHeadersLength = MaxHeaderKiB,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => AcceptAnyCertificate || errors == SslPolicyErrors.None;
        return handler;
    }
}
