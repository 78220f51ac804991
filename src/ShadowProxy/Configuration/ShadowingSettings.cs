using System.Collections.Frozen;
using ShadowProxy.Signatures;

namespace ShadowProxy.Configuration;

/// <summary>
/// A valid configuration, resolved: what a cluster or route leaves out is filled in from the defaults. Immutable; thread-safe.
/// </summary>
internal sealed class ShadowingSettings
{
    private readonly FrozenDictionary<string, ClusterSettings> _clusters;
    private readonly FrozenDictionary<string, RouteSettings> _routes;
    private readonly ClusterSettings _defaultCluster;
    private readonly RouteSettings _defaultRoute;

    public ShadowingSettings(ShadowingOptions options, SignatureKey key)
    {
        Options = options;
        Key = key;
        _defaultCluster = ClusterSettings.Resolve(null, options.Defaults);
        _defaultRoute = RouteSettings.Resolve(null, options.Defaults);
        _clusters = options.Clusters.ToFrozenDictionary(
            pair => pair.Key, pair => ClusterSettings.Resolve(pair.Value, options.Defaults), StringComparer.OrdinalIgnoreCase);
        _routes = options.Routes.ToFrozenDictionary(
            pair => pair.Key, pair => RouteSettings.Resolve(pair.Value, options.Defaults), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The options that this was made of; nobody changes them.</summary>
    public ShadowingOptions Options { get; }

    /// <summary>Where this proxy stands.</summary>
    public PlaceOptions Place => Options.Place;

    /// <summary>How many flows the tables hold.</summary>
    public int Capacity => Options.Capacity;

    /// <summary>What keys all signatures.</summary>
    public SignatureKey Key { get; }

    /// <summary>What holds for a cluster, whether or not it has options of its own.</summary>
    public ClusterSettings ForCluster(string id) => _clusters.GetValueOrDefault(id, _defaultCluster);

    /// <summary>What holds for a route, whether or not it has options of its own.</summary>
    public RouteSettings ForRoute(string id) => _routes.GetValueOrDefault(id, _defaultRoute);
}
