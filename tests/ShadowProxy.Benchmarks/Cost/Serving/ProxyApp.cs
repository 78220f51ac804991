using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.Benchmarks.Cost.Workloads;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Benchmarks.Cost.Serving;

/// <summary>YARP in an application of one's own, with or without ShadowProxy: nothing else differs.</summary>
internal static class ProxyApp
{
    public static WebApplication Build(Listener listener, Wire front, IReadOnlyList<string> backends, Wire nodes, bool shadowing)
    {
        var builder = listener.CreateBuilder(front);
        var route = new RouteConfig { RouteId = "all", ClusterId = "nodes", Match = new RouteMatch { Path = "{**rest}" } };
        var cluster = new ClusterConfig
        {
            ClusterId = "nodes",
            Destinations = backends.Index().ToDictionary(
                node => $"n{node.Index}", node => new DestinationConfig { Address = node.Item }),
            HttpRequest = nodes == Wire.Http2
                ? new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact }
                : null,
        };
        var proxy = builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]);
        if (shadowing)
            proxy.AddShadowing();

        var app = builder.Build();
        if (shadowing)
            app.MapReverseProxy(pipeline => pipeline.UseShadowing());
        else
            app.MapReverseProxy();
        return app;
    }
}
