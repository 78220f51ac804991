using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>Where a test server listens: loopback, on a free port unless one is given, with connections that a test can cut.</summary>
internal sealed class LoopbackListener
{
    private readonly ConcurrentDictionary<string, ConnectionContext> _connections = new();

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;

    public bool Tls { get; init; }

    /// <summary>Further settings of TLS.</summary>
    public Action<HttpsConnectionAdapterOptions>? Https { get; init; }

    public int Port { get; init; }

    /// <summary>How many client connections were accepted so far.</summary>
    public int Accepted => _accepted;

    private int _accepted;

    public void Configure(WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Listen(IPAddress.Loopback, Port, listen =>
        {
            listen.Protocols = Protocols;
            listen.Use(next => connection => TrackAsync(next, connection));
            if (Tls)
            {
                // A selector, because the server name is known to ITlsHandshakeFeature only with one.
                listen.UseHttps(https =>
                {
                    https.ServerCertificateSelector = (_, _) => TestCertificate.Instance;
                    Https?.Invoke(https);
                });
            }
        });
    });

    /// <summary>Resets all connections.</summary>
    public void Abort()
    {
        foreach (var connection in _connections.Values)
            connection.Abort();
    }

    private async Task TrackAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        Interlocked.Increment(ref _accepted);
        _connections[connection.ConnectionId] = connection;
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.TryRemove(connection.ConnectionId, out _);
        }
    }
}
