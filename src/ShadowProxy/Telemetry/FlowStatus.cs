using ShadowProxy.Signatures;

namespace ShadowProxy.Telemetry;

/// <summary>A flow as the tables hold it.</summary>
public sealed record FlowStatus
{
    /// <summary>Its signature.</summary>
    public required Signature Signature { get; init; }

    /// <summary>Its cluster; null where only history is left and no node of it is known any more.</summary>
    public string? Cluster { get; init; }

    /// <summary>The node that serves it now; null when it has ended and only its shadows are remembered.</summary>
    public string? Primary { get; init; }

    /// <summary>Where it was placed first, or has lived for 30 min.</summary>
    public string? Home { get; init; }

    /// <summary>Its last primary before the present one.</summary>
    public string? LastPrimary { get; init; }

    /// <summary>Stand-ins, best first.</summary>
    public required IReadOnlyList<ShadowStatus> Shadows { get; init; }

    /// <summary><c>Forward</c> or <c>Reject</c>.</summary>
    public required string Action { get; init; }

    /// <summary>True where an operator pinned it to its primary.</summary>
    public bool Pinned { get; init; }

    /// <summary>True where it carries more traffic than a single node should, and is spread.</summary>
    public bool Hot { get; init; }

    /// <summary>Requests seen.</summary>
    public long Requests { get; init; }

    /// <summary>Requests a second, recent.</summary>
    public double RequestRate { get; init; }

    /// <summary>Time to response headers, milliseconds, recent mean; NaN before the first answer.</summary>
    public double LatencyMs { get; init; } = double.NaN;

    /// <summary>Share of recent requests that failed, 0 to 1.</summary>
    public double ErrorRate { get; init; }

    /// <summary>Seconds since its last request; NaN when it has ended.</summary>
    public double IdleSeconds { get; init; } = double.NaN;
}

/// <summary>A stand-in of a flow.</summary>
/// <param name="Node">The destination's id.</param>
/// <param name="Score">Its health as last ranked, 0 to 1.</param>
public readonly record struct ShadowStatus(string Node, double Score);
