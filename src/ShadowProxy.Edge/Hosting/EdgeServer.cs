using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using ShadowProxy.Edge.Clients;
using ShadowProxy.Edge.Configuration;
using ShadowProxy.Forwarding;

namespace ShadowProxy.Edge.Hosting;

/// <summary>Kestrel as a proxy needs it: bodies of any size and pace, since limits are the nodes' business.</summary>
internal static class EdgeServer
{
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports"];

    public static void Configure(WebApplicationBuilder builder, LastGoodConfiguration configuration, string defaultUrl)
    {
        var endpoints = builder.Configuration.GetSection(KestrelCheck.Endpoints);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>();
        if (InlineCompletions.IsOn)
            builder.Services.AddSingleton<IConnectionListenerFactory, InlineTransport>();
        builder.Services.AddSingleton<ListenSockets>();
        builder.Services.AddOptions<SocketTransportOptions>()
            .Configure<ListenSockets>((sockets, listen) => sockets.CreateBoundListenSocket = listen.CreateForClients);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            // Uploads over thin lines and gRPC streams that pause are not attacks; what a node minds, it refuses itself.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ConfigureHttpsDefaults(https => https.UseJa4());
            Follow(kestrel, endpoints);
            configuration.Publishing += () => Follow(kestrel, endpoints);
        });
        if (AddressKeys.All(key => string.IsNullOrEmpty(builder.Configuration[key]))
            && !endpoints.GetChildren().Any())
            builder.WebHost.UseUrls(defaultUrl);
    }

    /// <summary>Kestrel asks by name how an endpoint is set up beyond what it knows itself, so that new names come to it before it reloads.</summary>
    private static void Follow(KestrelServerOptions kestrel, IConfigurationSection endpoints)
    {
        foreach (var endpoint in endpoints.GetChildren())
            kestrel.ConfigurationLoader?.Endpoint(endpoint.Key, SetUp);
    }

    private static void SetUp(EndpointConfiguration endpoint)
    {
        if (endpoint.ConfigSection.GetValue<bool>(KestrelCheck.ProxyProtocol))
            endpoint.ListenOptions.Use(next =>
                ActivatorUtilities.CreateInstance<ProxyProtocolMiddleware>(endpoint.ListenOptions.ApplicationServices, next).OnConnectionAsync);
        // Certificates that are chosen by name leave the callback of the HTTPS defaults uncalled.
        if (endpoint.IsHttps)
            endpoint.ListenOptions.UseJa4();
    }
}
