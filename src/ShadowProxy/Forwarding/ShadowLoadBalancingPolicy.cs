using Microsoft.AspNetCore.Http;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The load-balancing policy <c>Shadow</c>: the choice alone, for pipelines that are configured by policy names. Retries and learning need
/// <c>UseShadowing</c>. Thread-safe.
/// </summary>
internal sealed class ShadowLoadBalancingPolicy(RouteBindings bindings, ShadowDestinationSelector selector) : ILoadBalancingPolicy
{
    /// <inheritdoc/>
    public string Name => "Shadow";

    /// <inheritdoc/>
    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        if (availableDestinations.Count == 0)
            return null;
        var flow = context.Features.Get<IShadowingFeature>() as FlowContext;
        var proxy = context.GetReverseProxyFeature();
        if (flow is null && bindings.Find(proxy.Route) is { } binding)
            flow = selector.Choose(context, proxy, binding, observe: false, out _);
        return flow?.Node?.Destination ?? availableDestinations[0];
    }
}
