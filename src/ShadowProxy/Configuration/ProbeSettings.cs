using ShadowProxy.Signals;

namespace ShadowProxy.Configuration;

/// <summary>How nodes are asked whether they live, resolved.</summary>
/// <param name="Path">The path of an HTTP GET; null where a TCP connect is all that is asked.</param>
/// <param name="Interval">The time between two probes of a node; zero probes never.</param>
/// <param name="Timeout">The time after which a probe counts as dead.</param>
internal sealed record ProbeSettings(string? Path, TimeSpan Interval, TimeSpan Timeout)
{
    /// <summary>The statuses that mean well.</summary>
    public StatusSet Statuses { get; init; } = StatusSet.Success;

    /// <summary>What must stand in the answer; null where that does not matter.</summary>
    public string? Body { get; init; }

    public static ProbeSettings Resolve(ProbeOptions? own, ProbeOptions? defaults) => new(
        own?.Path ?? defaults?.Path,
        own?.Interval ?? defaults?.Interval ?? TimeSpan.FromSeconds(1),
        own?.Timeout ?? defaults?.Timeout ?? TimeSpan.FromSeconds(1))
    {
        Statuses = (own?.Status ?? defaults?.Status) is { } statuses ? StatusSet.Parse(statuses)! : StatusSet.Success,
        Body = own?.Body ?? defaults?.Body,
    };
}
