using ShadowProxy.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>
/// Checks the <c>ReverseProxy</c> section: its keys and values, all that YARP itself checks, and how it fits with the <c>Shadowing</c> section.
/// </summary>
internal static class ReverseProxyCheck
{
    /// <summary>Adds what it finds; returns how many routes and clusters there are.</summary>
    public static async Task<(int Routes, int Clusters)> CheckAsync(
        IConfigurationSection section, ShadowingOptions shadowing, List<ConfigurationError> errors, List<ConfigurationError> warnings)
    {
        var shapeErrors = new List<ConfigurationError>();
        OptionsReader.Read<ReverseProxyShape>(section, shapeErrors);
        shapeErrors.AddRange(NamesWithin(section));
        errors.AddRange(shapeErrors);
        await using var yarp = new YarpValidation(Without(section, shapeErrors));
        if (yarp.TryRead(out var routes, out var clusters) is { } problem)
        {
            errors.Add(new(section.Path, null, problem));
            return (0, 0);
        }
        foreach (var route in routes)
            errors.AddRange(await yarp.ValidateAsync(route, $"{section.Path}:Routes:{route.RouteId}"));
        foreach (var cluster in clusters)
        {
            errors.AddRange(await yarp.ValidateAsync(cluster, $"{section.Path}:Clusters:{cluster.ClusterId}"));
            var mode = ClusterSettings.Resolve(shadowing.Clusters.GetValueOrDefault(cluster.ClusterId), shadowing.Defaults).Mode;
            errors.AddRange(ShadowClusterValidator.Check(cluster, mode));
            errors.AddRange(Addresses(cluster, $"{section.Path}:Clusters:{cluster.ClusterId}:Destinations"));
            if (AffinityPolicy.IsOn(cluster.SessionAffinity) && string.IsNullOrEmpty(shadowing.SignatureKey + shadowing.SignatureKeyFile))
                warnings.Add(new($"{section.Path}:Clusters:{cluster.ClusterId}:SessionAffinity", null,
                    "makes cookies that other replicas of the proxy cannot read: give all of them one Shadowing:SignatureKey or SignatureKeyFile"));
            if (cluster.Destinations is not { Count: > 0 })
                warnings.Add(new($"{section.Path}:Clusters:{cluster.ClusterId}", null, "has no destinations, so that its routes answer 503"));
        }
        errors.AddRange(References(section, routes, clusters, shadowing));
        return (routes.Count, clusters.Count);
    }

    private static IEnumerable<ConfigurationError> References(
        IConfigurationSection section, IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters, ShadowingOptions shadowing)
    {
        string[] routeIds = [.. routes.Select(route => route.RouteId)];
        string[] clusterIds = [.. clusters.Select(cluster => cluster.ClusterId)];
        foreach (var route in routes)
            if (route.ClusterId is null)
                yield return new($"{section.Path}:Routes:{route.RouteId}", null, "needs a ClusterId");
            else if (!clusterIds.Contains(route.ClusterId, StringComparer.OrdinalIgnoreCase))
                yield return new($"{section.Path}:Routes:{route.RouteId}:ClusterId", route.ClusterId,
                    "there is no such cluster" + Suggestion.For(route.ClusterId, clusterIds));
        foreach (var id in shadowing.Clusters.Keys.Except(clusterIds, StringComparer.OrdinalIgnoreCase))
            yield return new($"{EdgeConfiguration.Shadowing}:Clusters:{id}", null,
                $"there is no cluster {id} in {section.Path}:Clusters" + Suggestion.For(id, clusterIds));
        foreach (var id in shadowing.Routes.Keys.Except(routeIds, StringComparer.OrdinalIgnoreCase))
            yield return new($"{EdgeConfiguration.Shadowing}:Routes:{id}", null,
                $"there is no route {id} in {section.Path}:Routes" + Suggestion.For(id, routeIds));
    }

    /// <summary>Ids are the names of the objects; a key of that name would be ignored, or refused.</summary>
    private static IEnumerable<ConfigurationError> NamesWithin(IConfigurationSection section) =>
        section.GetSection("Routes").GetChildren().Select(route => route.GetSection(nameof(RouteConfig.RouteId)))
            .Concat(section.GetSection("Clusters").GetChildren().Select(cluster => cluster.GetSection(nameof(ClusterConfig.ClusterId))))
            .Where(id => id.Exists())
            .Select(id => new ConfigurationError(id.Path, id.Value, "is not a known key here: the id is the name of the object"));

    private static IEnumerable<ConfigurationError> Addresses(ClusterConfig cluster, string path)
    {
        foreach (var (id, destination) in cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
            foreach (var (key, url) in new[] { ("Address", destination.Address), ("Health", destination.Health) })
                if (!string.IsNullOrEmpty(url) && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
                    yield return new($"{path}:{id}:{key}", url, "must be an http or https URL, such as http://10.0.0.5:8080");
    }

    /// <summary>The section without what is known to be wrong, so that YARP can judge the rest.</summary>
    private static IConfigurationSection Without(IConfigurationSection section, List<ConfigurationError> errors)
    {
        var wrong = errors.Select(error => error.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable().Where(pair => !IsWithin(pair.Key)))
            .Build().GetSection(section.Path);

        bool IsWithin(string? path)
        {
            for (; path is not null; path = ConfigurationPath.GetParentPath(path))
                if (wrong.Contains(path))
                    return true;
            return false;
        }
    }

    /// <summary>The keys that YARP knows.</summary>
    private sealed class ReverseProxyShape
    {
        public Dictionary<string, RouteConfig> Routes { get; set; } = [];

        public Dictionary<string, ClusterConfig> Clusters { get; set; } = [];
    }
}
