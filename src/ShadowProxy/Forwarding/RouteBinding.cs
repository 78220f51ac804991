using System.IO.Hashing;
using System.Runtime.InteropServices;
using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Forwarding;

/// <summary>What the proxy keeps for one route of one configuration: everything a request needs, found once. Thread-safe.</summary>
internal sealed class RouteBinding(string routeId, ShadowCluster cluster, ShadowingSettings settings, RouteNorm norm)
{
    /// <summary>The route's id.</summary>
    public string RouteId { get; } = routeId;

    /// <summary>The cluster.</summary>
    public ShadowCluster Cluster { get; } = cluster;

    /// <summary>The settings that it was made of.</summary>
    public ShadowingSettings Settings { get; } = settings;

    /// <summary>The route's settings.</summary>
    public RouteSettings Route { get; } = settings.ForRoute(routeId);

    /// <summary>A hash of the cluster's id, which all its signatures start from.</summary>
    public ulong Scope { get; } = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(cluster.Id.AsSpan()));

    /// <summary>The route's normal latency.</summary>
    public RouteNorm Norm { get; } = norm;
}
