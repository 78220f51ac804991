using ShadowProxy.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace ShadowProxy.Edge.Configuration;

/// <summary>Makes the names of ShadowProxy's policies known to a <see cref="YarpValidation"/>, which never asks them for a decision.</summary>
internal static class PolicyNames
{
    public static void AddTo(IServiceCollection services) => services
        .AddSingleton<ILoadBalancingPolicy, Shadow>()
        .AddSingleton<ISessionAffinityPolicy, ShadowAffinity>()
        .AddSingleton<IAvailableDestinationsPolicy, ShadowHealth>()
        .AddSingleton<IPassiveHealthCheckPolicy, ShadowHealth>();

    private sealed class Shadow : ILoadBalancingPolicy
    {
        public string Name => "Shadow";

        public DestinationState? PickDestination(
            HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations) => null;
    }

    private sealed class ShadowAffinity : ISessionAffinityPolicy
    {
        public string Name => AffinityPolicy.Name;

        public AffinityResult FindAffinitizedDestinations(
            HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations) => default;

        public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
        {
        }
    }

    private sealed class ShadowHealth : IAvailableDestinationsPolicy, IPassiveHealthCheckPolicy
    {
        public string Name => "ShadowHealth";

        public IReadOnlyList<DestinationState> GetAvailalableDestinations(
            ClusterConfig config, IReadOnlyList<DestinationState> allDestinations) => allDestinations;

        public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
        {
        }
    }
}
