using System.Text.Json.Nodes;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A node of the one cluster.</summary>
internal sealed record TestNode(string Id, Uri Address, params (string Key, string Value)[] Metadata);

/// <summary>What a test proxy is configured with: one route, `all`, unless more are given, to one cluster, `nodes`.</summary>
internal sealed record ProxyConfiguration
{
    public const string Cluster = "nodes";

    public const string Route = "all";

    public required IReadOnlyList<TestNode> Nodes { get; init; }

    /// <summary>The HTTP version towards the nodes.</summary>
    public string DestinationVersion { get; init; } = "1.1";

    /// <summary>How long a node may be silent; null = as long as YARP lets it.</summary>
    public TimeSpan? ActivityTimeout { get; init; }

    /// <summary>The routes: ids and path patterns.</summary>
    public IReadOnlyDictionary<string, string> Routes { get; init; } = new Dictionary<string, string> { [Route] = "{**rest}" };

    /// <summary>Further members of each route, as a JSON object.</summary>
    public string RouteMembers { get; init; } = "{}";

    /// <summary>Further members of the cluster, as a JSON object.</summary>
    public string ClusterMembers { get; init; } = "{}";

    /// <summary>The `Shadowing` section, as JSON; null = none, and none is handed to <c>AddShadowing</c>.</summary>
    public string? Shadowing { get; init; } = "{}";

    /// <summary>A configuration with nodes `n0`, `n1`, … for the backends.</summary>
    public static ProxyConfiguration For(params TestBackend[] backends) =>
        new() { Nodes = [.. backends.Select((backend, index) => new TestNode($"n{index}", backend.Address))] };

    public string ToJson()
    {
        var destinations = new JsonObject();
        foreach (var node in Nodes)
        {
            destinations[node.Id] = new JsonObject
            {
                ["Address"] = node.Address.ToString(),
                ["Metadata"] = new JsonObject(node.Metadata.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
            };
        }

        var routes = new JsonObject();
        foreach (var (id, path) in Routes)
        {
            var route = JsonNode.Parse(RouteMembers)!.AsObject();
            route["ClusterId"] = Cluster;
            route["Match"] = new JsonObject { ["Path"] = path };
            routes[id] = route;
        }

        var cluster = JsonNode.Parse(ClusterMembers)!.AsObject();
        cluster["HttpClient"] = new JsonObject { ["DangerousAcceptAnyServerCertificate"] = true };
        var request = new JsonObject { ["Version"] = DestinationVersion, ["VersionPolicy"] = "RequestVersionExact" };
        if (ActivityTimeout is { } timeout)
            request[nameof(ActivityTimeout)] = timeout.ToString();
        cluster["HttpRequest"] = request;
        cluster["Destinations"] = destinations;

        var root = new JsonObject
        {
            ["ReverseProxy"] = new JsonObject { [nameof(Routes)] = routes, ["Clusters"] = new JsonObject { [Cluster] = cluster } },
        };
        if (Shadowing is not null)
            root[nameof(Shadowing)] = JsonNode.Parse(Shadowing);
        return root.ToJsonString();
    }
}
