using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using ShadowProxy.Forwarding;

namespace ShadowProxy.Edge.Hosting;

/// <summary>Kestrel as a proxy needs it: bodies of any size and pace, since limits are the nodes' business.</summary>
internal static class EdgeServer
{
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports"];

    public static void Configure(WebApplicationBuilder builder, string defaultUrl)
    {
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
        });
        if (AddressKeys.All(key => string.IsNullOrEmpty(builder.Configuration[key]))
            && !builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            builder.WebHost.UseUrls(defaultUrl);
    }
}
