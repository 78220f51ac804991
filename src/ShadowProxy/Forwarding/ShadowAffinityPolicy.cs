using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The session affinity policy <c>Shadow</c>: a cookie that names the flow's node and follows the flow, so that replicas of the proxy agree
/// without shared state. Where flows are moved, <see cref="ShadowDestinationSelector"/> reads the cookie, and this only sets it; in clusters
/// that are only observed, or left to YARP, it is a cookie affinity like YARP's own. Thread-safe.
/// </summary>
internal sealed class ShadowAffinityPolicy(RouteBindings bindings, AffinityCookies cookies) : ISessionAffinityPolicy
{
    /// <inheritdoc/>
    public string Name => AffinityPolicy.Name;

    /// <inheritdoc/>
    public AffinityResult FindAffinitizedDestinations(
        HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations)
    {
        if (bindings.Find(context.GetReverseProxyFeature().Route) is not { Cluster.Settings.Mode: not ShadowingMode.Active } binding
            || cookies.Read(context, binding, config) is not { } cookie)
            return new AffinityResult(null, AffinityStatus.AffinityKeyNotSet);
        context.Items[typeof(AffinityCookie)] = cookie;
        var node = Array.Find(binding.Cluster.Nodes, node => node.Hash == cookie.Location.Node);
        return node is not null && destinations.Contains(node.Destination)
            ? new AffinityResult(node.Destination, AffinityStatus.OK)
            : new AffinityResult(null, AffinityStatus.DestinationNotFound);
    }

    /// <inheritdoc/>
    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        if (bindings.Find(context.GetReverseProxyFeature().Route) is not { } binding)
            return;
        var flow = context.Features.Get<IShadowingFeature>() as FlowContext;
        if (flow?.Affinity is { } affinity)
        {
            // An attempt without an answer is followed by another.
            if (flow.Status != 0 && affinity.Now is { } now && now != affinity.Told)
                cookies.Set(context, binding, config, new AffinityCookie(affinity.Flow, now));
        }
        else if (binding.Cluster.Settings.Mode != ShadowingMode.Active
            && Array.Find(binding.Cluster.Nodes, node => node.Destination == destination) is { } node
            && Renew(context.Items[typeof(AffinityCookie)] as AffinityCookie?, flow, node) is { } cookie)
        {
            cookies.Set(context, binding, config, cookie);
        }
    }

    /// <summary>The cookie of a flow that YARP placed; null where the client has it already.</summary>
    private static AffinityCookie? Renew(AffinityCookie? told, FlowContext? flow, Node node)
    {
        if (told is not { } known)
            return new AffinityCookie(flow?.Signature ?? Signature.Read(RandomNumberGenerator.GetBytes(16)), new FlowLocation(node.Hash, 0));
        return known.Location.Node == node.Hash ? null : known with { Location = new FlowLocation(node.Hash, (byte)(known.Location.Moves + 1)) };
    }
}
