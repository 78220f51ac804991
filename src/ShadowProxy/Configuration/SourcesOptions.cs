namespace ShadowProxy.Configuration;

/// <summary>
/// What this proxy asks besides probes to know how a cluster's nodes are. A source is asked where it stands here, be it as <c>{}</c>, or in
/// <see cref="ShadowingOptions.Defaults"/>; an interval of zero switches it off.
/// </summary>
public sealed class SourcesOptions
{
    /// <summary>A stream of load reports: gRPC <c>xds.service.orca.v3.OpenRcaService/StreamCoreMetrics</c>, which gRPC servers offer.</summary>
    /// <value>Default: not asked for.</value>
    public OrcaOptions? Orca { get; set; }

    /// <summary>Metrics in the text formats of Prometheus and OpenMetrics.</summary>
    /// <value>Default: not asked for.</value>
    public MetricsOptions? Metrics { get; set; }

    /// <summary>HAProxy's agent-check.</summary>
    /// <value>Default: not asked for.</value>
    public AgentCheckOptions? AgentCheck { get; set; }

    /// <summary>The gRPC health protocol.</summary>
    /// <value>Default: not asked for.</value>
    public GrpcHealthOptions? GrpcHealth { get; set; }

    /// <summary>
    /// Whether the kernel is asked, once a second, for the round-trip times and the lost segments of some connections to each node (Linux alone
    /// tells).
    /// </summary>
    /// <value>Default: true.</value>
    public bool? Network { get; set; }
}
