using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;

namespace ShadowProxy.Edge.Demo;

/// <summary>
/// Plain YARP as one would best set it up against failing nodes: session affinity that gives way to failure, the better of two nodes for
/// new sessions, probes every second of which two must fail, a passive check that looks at the last 2 s, and 2 s for a node to answer.
/// </summary>
internal static class PlainYarp
{
    /// <summary>Adds a route and its cluster with these settings.</summary>
    /// <param name="proxy">The proxy's services.</param>
    /// <param name="route">The route.</param>
    /// <param name="cluster">The cluster, of which only id and destinations count.</param>
    /// <param name="healthPath">What to probe.</param>
    public static void Add(IReverseProxyBuilder proxy, RouteConfig route, ClusterConfig cluster, string healthPath) =>
        proxy.LoadFromMemory([route], [Best(cluster, healthPath)]).Services.Configure<TransportFailureRateHealthPolicyOptions>(
            passive => passive.DetectionWindowSize = TimeSpan.FromSeconds(2));

    /// <summary>The steps of its pipeline.</summary>
    public static void Use(IReverseProxyApplicationBuilder proxy) =>
        proxy.UseSessionAffinity().UseLoadBalancing().UsePassiveHealthChecks();

    private static ClusterConfig Best(ClusterConfig cluster, string healthPath) => cluster with
    {
        LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(2) },
        SessionAffinity = new SessionAffinityConfig
        {
            Enabled = true,
            Policy = SessionAffinityConstants.Policies.HashCookie,
            FailurePolicy = SessionAffinityConstants.FailurePolicies.Redistribute,
            AffinityKeyName = "affinity",
        },
        HealthCheck = new HealthCheckConfig
        {
            Active = new ActiveHealthCheckConfig
            {
                Enabled = true,
                Interval = TimeSpan.FromSeconds(1),
                Timeout = TimeSpan.FromSeconds(1),
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                Path = healthPath,
            },
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = true,
                Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate,
                ReactivationPeriod = TimeSpan.FromSeconds(10),
            },
        },
        Metadata = new Dictionary<string, string>
        {
            [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "2",
            [TransportFailureRateHealthPolicyOptions.FailureRateLimitMetadataName] = "0.3",
        },
    };
}
