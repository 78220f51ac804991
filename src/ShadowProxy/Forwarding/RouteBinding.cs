using System.IO.Hashing;
using System.Runtime.InteropServices;
using ShadowProxy.Configuration;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>What the proxy keeps for one route of one configuration: everything a request needs, found once. Thread-safe.</summary>
internal sealed class RouteBinding(RouteModel model, ShadowCluster cluster, ShadowingSettings settings, RouteNorm norm, OverdueQueue overdue)
{
    /// <summary>The route as YARP knows it.</summary>
    public RouteModel Model { get; } = model;

    /// <summary>The route's id.</summary>
    public string RouteId { get; } = model.Config.RouteId;

    /// <summary>The cluster.</summary>
    public ShadowCluster Cluster { get; } = cluster;

    /// <summary>The settings that it was made of.</summary>
    public ShadowingSettings Settings { get; } = settings;

    /// <summary>The route's settings.</summary>
    public RouteSettings Route { get; } = settings.ForRoute(model.Config.RouteId);

    /// <summary>A hash of the cluster's id, which all its signatures start from.</summary>
    public ulong Scope { get; } = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(cluster.Id.AsSpan()));

    /// <summary>The route's normal latency.</summary>
    public RouteNorm Norm { get; } = norm;

    /// <summary>Its attempts that wait for their answer.</summary>
    public OverdueQueue Overdue { get; } = overdue;
}
