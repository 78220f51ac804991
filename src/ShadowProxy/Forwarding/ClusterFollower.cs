using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>Keeps the node registry what YARP's clusters and the settings say, through every reload. Thread-safe.</summary>
internal sealed class ClusterFollower : IClusterChangeListener, IDisposable
{
    private readonly NodeRegistry _nodes;
    private readonly ShadowingSettingsProvider _settings;

    public ClusterFollower(NodeRegistry nodes, ShadowingSettingsProvider settings)
    {
        _nodes = nodes;
        _settings = settings;
        settings.Changed += OnSettingsChanged;
    }

    /// <inheritdoc/>
    public void OnClusterAdded(ClusterState cluster) => Follow(cluster);

    /// <inheritdoc/>
    public void OnClusterChanged(ClusterState cluster) => Follow(cluster);

    /// <inheritdoc/>
    public void OnClusterRemoved(ClusterState cluster) => _nodes.Remove(cluster.ClusterId);

    /// <inheritdoc/>
    public void Dispose() => _settings.Changed -= OnSettingsChanged;

    private void Follow(ClusterState cluster)
    {
        var settings = _settings.Latest();
        var place = new Place(settings.Place.Host, settings.Place.Zone, settings.Place.Region);
        _nodes.GetOrAddCluster(cluster.ClusterId).Settings = settings.ForCluster(cluster.ClusterId);
        _nodes.Update(cluster.ClusterId,
        [
            .. from destination in cluster.Destinations.Values
               let config = destination.Model.Config
               select new NodeDescription(destination.DestinationId, config.Address, NodeSettings.Read(config.Metadata, place), destination),
        ]);
    }

    private void OnSettingsChanged()
    {
        foreach (var cluster in _nodes.Clusters)
            cluster.Settings = _settings.Current.ForCluster(cluster.Id);
    }
}
