using ShadowProxy.Signals.Sources;

namespace ShadowProxy.Configuration;

/// <summary>A source that a cluster's nodes are asked by, resolved. Equal settings need no restart.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Interval">How often it speaks, over zero.</param>
internal abstract record SourceSettings(SourceKind Kind, TimeSpan Interval)
{
    /// <summary>The sources that are on.</summary>
    public static IReadOnlyList<SourceSettings> Resolve(SourcesOptions? own, SourcesOptions? defaults)
    {
        var all = new List<SourceSettings>();
        if (own?.Orca is not null || defaults?.Orca is not null)
            all.Add(OrcaSettings.Resolve(own?.Orca, defaults?.Orca));
        if (own?.AgentCheck is not null || defaults?.AgentCheck is not null)
            all.Add(AgentCheckSettings.Resolve(own?.AgentCheck, defaults?.AgentCheck));
        if (own?.GrpcHealth is not null || defaults?.GrpcHealth is not null)
            all.Add(GrpcHealthSettings.Resolve(own?.GrpcHealth, defaults?.GrpcHealth));
        if (own?.Metrics is not null || defaults?.Metrics is not null)
            all.Add(MetricsSettings.Resolve(own?.Metrics, defaults?.Metrics));
        return all.Where(source => source.Interval > TimeSpan.Zero).ToArray();
    }
}

/// <summary>ORCA out of band.</summary>
/// <param name="Port">The port; null for the node's own.</param>
/// <param name="Interval">How often reports are asked for.</param>
internal sealed record OrcaSettings(int? Port, TimeSpan Interval) : SourceSettings(SourceKind.Orca, Interval)
{
    public static OrcaSettings Resolve(OrcaOptions? own, OrcaOptions? defaults) =>
        new(own?.Port ?? defaults?.Port, own?.Interval ?? defaults?.Interval ?? TimeSpan.FromSeconds(1));
}

/// <summary>HAProxy's agent-check.</summary>
/// <param name="Port">The agents' port; null where only destinations say it.</param>
/// <param name="Interval">The time between two questions.</param>
internal sealed record AgentCheckSettings(int? Port, TimeSpan Interval) : SourceSettings(SourceKind.AgentCheck, Interval)
{
    public static AgentCheckSettings Resolve(AgentCheckOptions? own, AgentCheckOptions? defaults) =>
        new(own?.Port ?? defaults?.Port, own?.Interval ?? defaults?.Interval ?? TimeSpan.FromSeconds(2));
}

/// <summary>The gRPC health protocol.</summary>
/// <param name="Port">The port; null for the node's own.</param>
/// <param name="Service">The service; empty for the whole server.</param>
/// <param name="Interval">The time between two questions, and between two looks at one that is watched.</param>
internal sealed record GrpcHealthSettings(int? Port, string Service, TimeSpan Interval) : SourceSettings(SourceKind.GrpcHealth, Interval)
{
    public static GrpcHealthSettings Resolve(GrpcHealthOptions? own, GrpcHealthOptions? defaults) => new(
        own?.Port ?? defaults?.Port, own?.Service ?? defaults?.Service ?? "", own?.Interval ?? defaults?.Interval ?? TimeSpan.FromSeconds(1));
}

/// <summary>Metrics to scrape.</summary>
/// <param name="Port">The port; null for the node's own.</param>
/// <param name="Path">The path from the root.</param>
/// <param name="Interval">The time between two scrapes.</param>
/// <param name="Preset">Which metrics are looked for.</param>
/// <param name="Cpu">A formula instead of the preset's; null where there is none.</param>
/// <param name="Memory">The same for memory.</param>
/// <param name="Saturation">The same for saturation.</param>
/// <param name="Latency">The same for latency.</param>
internal sealed record MetricsSettings(
    int? Port, string Path, TimeSpan Interval, MetricsPreset Preset, string? Cpu, string? Memory, string? Saturation, string? Latency)
    : SourceSettings(SourceKind.Metrics, Interval)
{
    public static MetricsSettings Resolve(MetricsOptions? own, MetricsOptions? defaults) => new(
        own?.Port ?? defaults?.Port,
        own?.Path ?? defaults?.Path ?? "/metrics",
        own?.Interval ?? defaults?.Interval ?? TimeSpan.FromSeconds(5),
        own?.Preset ?? defaults?.Preset ?? MetricsPreset.Auto,
        own?.Cpu ?? defaults?.Cpu,
        own?.Memory ?? defaults?.Memory,
        own?.Saturation ?? defaults?.Saturation,
        own?.Latency ?? defaults?.Latency);
}
