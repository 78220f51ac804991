using Microsoft.Extensions.Hosting;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Health;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Makes YARP ask its available-destinations policies again when a node's state has changed, while the application runs. Thread-safe.
/// </summary>
internal sealed class AvailabilityRelay(ShadowingEvents events, IProxyStateLookup lookup, IClusterDestinationsUpdater updater) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        events.StateChanged += OnStateChanged;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        events.StateChanged -= OnStateChanged;
        return Task.CompletedTask;
    }

    private void OnStateChanged(Node node)
    {
        if (lookup.TryGetCluster(node.Cluster, out var cluster))
            updater.UpdateAvailableDestinations(cluster);
    }
}
