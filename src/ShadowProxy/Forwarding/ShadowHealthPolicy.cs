using Microsoft.AspNetCore.Http;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The policy <c>ShadowHealth</c>: as available-destinations policy, it leaves out nodes that take no flows (and keeps all where that would
/// be none); as passive health policy, it hands outcomes to the monitor where <c>UseShadowing</c> does not. Thread-safe.
/// </summary>
internal sealed class ShadowHealthPolicy(NodeRegistry nodes, FlowClock clock) : IAvailableDestinationsPolicy, IPassiveHealthCheckPolicy
{
    /// <inheritdoc cref="IAvailableDestinationsPolicy.Name"/>
    public string Name => "ShadowHealth";

    /// <inheritdoc/>
    public IReadOnlyList<DestinationState> GetAvailalableDestinations(ClusterConfig config, IReadOnlyList<DestinationState> allDestinations)
    {
        var cluster = nodes.FindCluster(config.ClusterId);
        if (cluster is null)
            return allDestinations;
        var away = cluster.Nodes.Where(node => node.Health is { IsDead: true } or { AdmittedShare: <= 0 }).Select(node => node.Destination).ToHashSet();
        DestinationState[] available = [.. allDestinations.Where(destination => !away.Contains(destination))];
        return available.Length == 0 ? allDestinations : available;
    }

    /// <inheritdoc/>
    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.Features.Get<IShadowingFeature>() is not null
            || nodes.FindCluster(cluster.ClusterId)?.Nodes.FirstOrDefault(n => ReferenceEquals(n.Destination, destination)) is not { } node)
            return;
        var outcome = OutcomeReader.Read(context, context.Response.StatusCode);
        node.Traffic.Record((ulong)context.Connection.Id.GetHashCode(StringComparison.Ordinal), outcome, double.NaN, double.NaN, clock.Seconds);
    }
}
