using System.Text.Json;
using System.Text.Json.Nodes;
using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Proxies;

/// <summary><c>shadowproxy run</c>, told of nothing but its listeners, its route and its nodes.</summary>
internal static class EdgeServer
{
    /// <summary>The one that was built with the benchmark.</summary>
    public static IReadOnlyList<string> Built { get; } =
        [DotNet, Path.Combine(AppContext.BaseDirectory, "ShadowProxy.Edge.dll")];

    private static string DotNet => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? Environment.ProcessPath!
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Starts it.</summary>
    /// <param name="command">The command that is <c>shadowproxy</c>.</param>
    /// <param name="site">What it is to serve.</param>
    /// <param name="capacity">Flows that its tables hold; null: as many as by default.</param>
    public static IServer Start(IReadOnlyList<string> command, Site site, int? capacity = null)
    {
        var address = GuardedServer.FreeAddress(site.Scheme);
        var configuration = site.Write("shadowproxy.json", Configuration(site, address, capacity));
        return GuardedServer.Start(address, [.. command, "run", "--config", configuration]);
    }

    private static string Configuration(Site site, Uri address, int? capacity)
    {
        // The default of the admin listener may be taken on this machine.
        var shadowing = new JsonObject { ["Admin"] = new JsonObject { ["Url"] = GuardedServer.FreeAddress("http").ToString() } };
        if (capacity is { } flows)
            shadowing["Capacity"] = flows;
        var endpoint = new JsonObject { ["Url"] = address.ToString() };
        if (site.Workload.Front == Wire.Http2)
            endpoint["Protocols"] = "Http2";
        if (site.Workload.Front == Wire.Https)
            endpoint["Certificate"] = new JsonObject { ["Path"] = site.Certificate.CertificatePath, ["KeyPath"] = site.Certificate.KeyPath };
        var cluster = new JsonObject
        {
            ["Destinations"] = new JsonObject(site.Nodes.Index().Select(
                node => KeyValuePair.Create<string, JsonNode?>($"n{node.Index}", new JsonObject { ["Address"] = node.Item.ToString() }))),
        };
        if (site.Workload.Nodes == Wire.Http2)
            cluster["HttpRequest"] = new JsonObject { ["Version"] = "2", ["VersionPolicy"] = "RequestVersionExact" };
        var route = new JsonObject { ["ClusterId"] = "nodes", ["Match"] = new JsonObject { ["Path"] = "{**rest}" } };
        return JsonSerializer.Serialize(new JsonObject
        {
            ["Kestrel"] = new JsonObject { ["Endpoints"] = new JsonObject { ["Clients"] = endpoint } },
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = new JsonObject { ["all"] = route },
                ["Clusters"] = new JsonObject { ["nodes"] = cluster },
            },
            ["Shadowing"] = shadowing,
        });
    }
}
