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
}
