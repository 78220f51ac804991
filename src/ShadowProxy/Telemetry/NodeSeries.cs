namespace ShadowProxy.Telemetry;

/// <summary>The last three minutes of a node, a value a second, oldest first; NaN where nothing is known of that second. All lists are equally long.</summary>
public sealed record NodeSeries
{
    /// <summary>The cluster's id.</summary>
    public required string Cluster { get; init; }

    /// <summary>The destination's id.</summary>
    public required string Node { get; init; }

    /// <summary>The time of the last value.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Health, 0 to 1.</summary>
    public required IReadOnlyList<float> Score { get; init; }

    /// <summary>Time to response headers, milliseconds.</summary>
    public required IReadOnlyList<float> LatencyMs { get; init; }

    /// <summary>Share of requests that failed, 0 to 1.</summary>
    public required IReadOnlyList<float> ErrorRate { get; init; }

    /// <summary>Requests a second.</summary>
    public required IReadOnlyList<float> RequestRate { get; init; }

    /// <summary>The part of its flows that the node took, 0 to 1.</summary>
    public required IReadOnlyList<float> AdmittedShare { get; init; }

    /// <summary>Flows whose primary it was.</summary>
    public required IReadOnlyList<float> Flows { get; init; }
}
