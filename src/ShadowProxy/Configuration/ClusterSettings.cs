namespace ShadowProxy.Configuration;

/// <summary>What holds for one cluster: its own options, else the defaults, else what is built in.</summary>
internal sealed record ClusterSettings(ShadowingMode Mode, Sensitivity Sensitivity, FailbackMode Failback, ProbeSettings Probe)
{
    /// <summary>What else tells how its nodes are.</summary>
    public IReadOnlyList<SourceSettings> Sources { get; init; } = [];

    /// <summary>Whether the kernel is asked how the network to its nodes does.</summary>
    public bool Network { get; init; } = true;

    /// <summary>What is built in.</summary>
    public static ClusterSettings Default { get; } = Resolve(null, new DefaultsOptions());

    public static ClusterSettings Resolve(ClusterOptions? own, DefaultsOptions defaults) => new(
        own?.Mode ?? defaults.Mode ?? ShadowingMode.Active,
        own?.Sensitivity ?? defaults.Sensitivity ?? Sensitivity.Normal,
        own?.Failback ?? defaults.Failback ?? FailbackMode.Never,
        ProbeSettings.Resolve(own?.Probe, defaults.Probe))
    {
        Sources = SourceSettings.Resolve(own?.Sources, defaults.Sources),
        Network = own?.Sources?.Network ?? defaults.Sources?.Network ?? true,
    };
}
