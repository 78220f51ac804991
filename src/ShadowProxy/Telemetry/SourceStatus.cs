namespace ShadowProxy.Telemetry;

/// <summary>How well a source of a node's state does.</summary>
/// <param name="Source">Which: <c>answers</c> (load reports in answers), <c>push</c>, <c>orca</c>, <c>metrics</c>.</param>
/// <param name="State">How it does.</param>
/// <param name="AgeSeconds">Seconds since it was last heard, sense or nonsense; NaN where never.</param>
/// <param name="Says">What it says, where that is not stale; null where it says nothing.</param>
/// <param name="Error">What was wrong last; null where nothing is.</param>
/// <param name="Readings">What was taken in since it is asked.</param>
/// <param name="Rejected">What was no sense.</param>
/// <param name="Failures">How often it could not be heard.</param>
public sealed record SourceStatus(
    string Source, SourceState State, double AgeSeconds, string? Says, string? Error, long Readings, long Rejected, long Failures);

/// <summary>How a source does.</summary>
public enum SourceState
{
    /// <summary>It speaks, and makes sense.</summary>
    Ok,

    /// <summary>It has never spoken.</summary>
    Silent,

    /// <summary>It has not spoken for three of its intervals: what it said counts as unknown.</summary>
    Stale,

    /// <summary>It cannot be heard; what it said counts until it is stale.</summary>
    Failing,

    /// <summary>What it said last was no sense, and is ignored.</summary>
    Nonsense,
}
