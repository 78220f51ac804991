using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using ShadowProxy.Forwarding;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// Kestrel's sockets for listeners that speak HTTP/1.1 in the clear: what a client sent is handled on the thread that received it, as
/// <see cref="InlineCompletions"/> does it towards nodes. Others stay with Kestrel's own: an answer of HTTP/2 would go out frame by frame, and
/// a TLS handshake would hold up all connections of its thread.
/// </summary>
internal sealed class InlineTransport(IOptionsFactory<SocketTransportOptions> options, ILoggerFactory loggers, IConfiguration configuration)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(Options.Create(Inline(options.Create(Options.DefaultName))), loggers);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint { Port: var port } && Addresses().Any(address => address.Port == port);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        _sockets.BindAsync(endpoint, cancellationToken);

    private static SocketTransportOptions Inline(SocketTransportOptions options)
    {
        options.UnsafePreferInlineScheduling = true;
        return options;
    }

    /// <summary>Where HTTP/1.1 in the clear is spoken, as the configuration has it now.</summary>
    private IEnumerable<BindingAddress> Addresses()
    {
        var kestrel = configuration.GetSection("Kestrel");
        var standard = kestrel["EndpointDefaults:Protocols"];
        var endpoints = kestrel.GetSection("Endpoints").GetChildren().ToArray();
        var urls = endpoints.Length > 0
            ? endpoints.Where(endpoint => IsHttp1(endpoint["Protocols"] ?? standard)).Select(endpoint => endpoint["Url"])
            : IsHttp1(standard) ? [.. Split("urls"), .. Split("http_ports").Select(port => $"http://*:{port}")] : [];
        return urls.OfType<string>().Select(BindingAddress.Parse).Where(address => address.Scheme == Uri.UriSchemeHttp);
    }

    private string[] Split(string key) => configuration[key]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    // Without TLS, Kestrel speaks HTTP/1.1 wherever it may speak both.
    private static bool IsHttp1(string? protocols) =>
        protocols is null || (Enum.TryParse<HttpProtocols>(protocols, ignoreCase: true, out var spoken) && spoken.HasFlag(HttpProtocols.Http1));
}
