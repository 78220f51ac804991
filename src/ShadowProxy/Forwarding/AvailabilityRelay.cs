using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Health;

namespace ShadowProxy.Forwarding;

/// <summary>Makes YARP ask its available-destinations policies again when a node's state has changed. Thread-safe.</summary>
internal sealed class AvailabilityRelay : IDisposable
{
    private readonly ShadowingEvents _events;
    private readonly IProxyStateLookup _lookup;
    private readonly IClusterDestinationsUpdater _updater;

    public AvailabilityRelay(ShadowingEvents events, IProxyStateLookup lookup, IClusterDestinationsUpdater updater)
    {
        _events = events;
        _lookup = lookup;
        _updater = updater;
        events.StateChanged += OnStateChanged;
    }

    /// <inheritdoc/>
    public void Dispose() => _events.StateChanged -= OnStateChanged;

    private void OnStateChanged(Node node)
    {
        if (_lookup.TryGetCluster(node.Cluster, out var cluster))
            _updater.UpdateAvailableDestinations(cluster);
    }
}
