using System.Text.Json.Nodes;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A node of the one cluster.</summary>
internal sealed record TestNode(string Id, Uri Address, params (string Key, string Value)[] Metadata);

/// <summary>What a test proxy is configured with: one route, `all`, to one cluster, `nodes`.</summary>
internal sealed record ProxyConfiguration
{
    public const string Cluster = "nodes";

    public const string Route = "all";

    public required IReadOnlyList<TestNode> Nodes { get; init; }

    /// <summary>The HTTP version towards the nodes.</summary>
    public string DestinationVersion { get; init; } = "1.1";

    /// <summary>The `Shadowing` section, as JSON.</summary>
    public string Shadowing { get; init; } = "{}";

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

        return new JsonObject
        {
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = new JsonObject
                {
                    [Route] = new JsonObject { ["ClusterId"] = Cluster, ["Match"] = new JsonObject { ["Path"] = "{**rest}" } },
                },
                ["Clusters"] = new JsonObject
                {
                    [Cluster] = new JsonObject
                    {
                        ["HttpClient"] = new JsonObject { ["DangerousAcceptAnyServerCertificate"] = true },
                        ["HttpRequest"] = new JsonObject { ["Version"] = DestinationVersion, ["VersionPolicy"] = "RequestVersionExact" },
                        ["Destinations"] = destinations,
                    },
                },
            },
            [nameof(Shadowing)] = JsonNode.Parse(Shadowing),
        }.ToJsonString();
    }
}
