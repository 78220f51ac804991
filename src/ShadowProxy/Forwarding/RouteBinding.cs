using System.IO.Hashing;
using System.Runtime.InteropServices;
using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowProxy.Forwarding;

/// <summary>What the proxy keeps for one route of one configuration: everything a request needs, found once. Thread-safe.</summary>
internal sealed class RouteBinding(string routeId, ShadowCluster cluster, ShadowingSettings settings, RouteNorm norm, ResponseReader reader)
{
    private ShadowTransformer? _transformer;

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

    /// <summary>The route's transformer with ours around it.</summary>
    public ShadowTransformer Wrap(HttpTransformer inner)
    {
        var wrapped = Volatile.Read(ref _transformer);
        if (wrapped?.Inner == inner)
            return wrapped;
        Volatile.Write(ref _transformer, wrapped = new ShadowTransformer(inner, reader));
        return wrapped;
    }
}
