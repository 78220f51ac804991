using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>A node as its card shows it, as text: equal views are drawn alike, so that a card that did not change is not drawn anew.</summary>
public sealed record NodeView
{
    /// <summary>The cluster's id.</summary>
    public required string Cluster { get; init; }

    /// <summary>The destination's id.</summary>
    public required string Node { get; init; }

    /// <summary>Where it stands, the region and the zone: "eu-1 / eu-1a"; empty where neither is known.</summary>
    public required string Place { get; init; }

    /// <summary>What the monitor makes of it.</summary>
    public required NodeState State { get; init; }

    /// <summary>Why it is not healthy.</summary>
    public required MigrationReason Reason { get; init; }

    /// <summary>Its score, per cent.</summary>
    public required int Score { get; init; }

    /// <summary>What takes points away: "latency −31%, cpu −4%"; empty where nothing does.</summary>
    public required string Taken { get; init; }

    /// <summary>The part of its flows that it takes, per cent.</summary>
    public required int Admitted { get; init; }

    /// <summary>What is foreseen, as a sentence; empty where nothing is.</summary>
    public required string Forecast { get; init; }

    /// <summary>For how long forecasts do not move its flows, as a sentence; empty where they do.</summary>
    public required string Muted { get; init; }

    /// <summary>What speaks against it, as a sentence; empty where nothing does.</summary>
    public required string Evidence { get; init; }

    /// <summary>Flows whose primary it is.</summary>
    public required string Flows { get; init; }

    /// <summary>Requests under way.</summary>
    public required string InFlight { get; init; }

    /// <summary>Requests that end on it though it takes no flows any more; empty where there are none.</summary>
    public required string Draining { get; init; }

    /// <summary>Time to response headers over the last minute.</summary>
    public required SparkView Latency { get; init; }

    /// <summary>Share of requests that failed, over the last minute.</summary>
    public required SparkView Errors { get; init; }

    /// <summary>Requests a second over the last minute.</summary>
    public required SparkView Rate { get; init; }
}

/// <summary>A small line of a value's past, and its present.</summary>
/// <param name="Now">The present value, with its unit.</param>
/// <param name="Points">The line's points in a box of 100 by 30, as SVG writes them; empty before there are two.</param>
public sealed record SparkView(string Now, string Points);
