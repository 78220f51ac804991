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
