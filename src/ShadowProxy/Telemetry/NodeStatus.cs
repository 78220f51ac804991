using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Prediction;

namespace ShadowProxy.Telemetry;

/// <summary>A node as the monitor last saw it.</summary>
public sealed record NodeStatus
{
    /// <summary>The cluster's id.</summary>
    public required string Cluster { get; init; }

    /// <summary>The destination's id.</summary>
    public required string Node { get; init; }

    /// <summary>The destination's address.</summary>
    public required string Address { get; init; }

    /// <summary>Relative share of new flows.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Host, zone and region, where known.</summary>
    public string? Host { get; init; }

    /// <inheritdoc cref="Host"/>
    public string? Zone { get; init; }

    /// <inheritdoc cref="Host"/>
    public string? Region { get; init; }

    /// <summary>What the monitor makes of it.</summary>
    public required NodeState State { get; init; }

    /// <summary>Why it is not <see cref="NodeState.Healthy"/>.</summary>
    public MigrationReason Reason { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Health, 0 to 1: the product of what its components leave.</summary>
    public required double Score { get; init; }

    /// <summary>What each component takes from the score; those that take nothing are listed too.</summary>
    public required IReadOnlyList<ScoreComponent> Components { get; init; }

    /// <summary>The part of its flows that the node takes now, 0 to 1.</summary>
    public required double AdmittedShare { get; init; }

    /// <summary>The part of its new flows that it takes now, 0 to 1: less than <see cref="AdmittedShare"/> while it is suspect, or wants less.</summary>
    public double AdmittedShareOfNew { get; init; } = 1;

    /// <summary>Requests forwarded to it and not yet ended.</summary>
    public int InFlight { get; init; }

    /// <summary>Those of them that still end on it though it takes no flows any more; 0 while it takes some.</summary>
    public int Draining { get; init; }

    /// <summary>For how many more seconds it gets no new flows, because it asked so by <c>Retry-After</c>; 0 where it did not.</summary>
    public double SparedSeconds { get; init; }

    /// <summary>Flows whose primary it is.</summary>
    public long Flows { get; init; }

    /// <summary>Time to response headers, milliseconds, as a recent mean; NaN without traffic.</summary>
    public double LatencyMs { get; init; } = double.NaN;

    /// <summary>Requests a second, recent.</summary>
    public double RequestRate { get; init; }

    /// <summary>Share of recent requests that failed, 0 to 1.</summary>
    public double ErrorRate { get; init; }

    /// <summary>The probability that it fails or degrades within the horizon, 0 to 1.</summary>
    public double FailureProbability { get; init; }

    /// <summary>The forecast time until then, seconds; NaN where none is foreseen.</summary>
    public double SecondsToSymptom { get; init; } = double.NaN;

    /// <summary>What that forecast rests on; null where nothing is foreseen.</summary>
    public Forecast? Forecast { get; init; }

    /// <summary>For how many more seconds an operator wants no forecast to move its flows; 0 where forecasts count.</summary>
    public double ForecastsMutedSeconds { get; init; }

    /// <summary>What speaks against the node now.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>How unusual the node looks, by all its signals together; null before the monitor's first look.</summary>
    public AnomalyStatus? Anomaly { get; init; }

    /// <summary>How the network between this proxy and the node does; null where that is not known.</summary>
    public NetworkStatus? Network { get; init; }

    /// <summary>Where what is known of it comes from, besides probes and traffic, and how well these sources do.</summary>
    public IReadOnlyList<SourceStatus> Sources { get; init; } = [];

    /// <summary>Where what is known of it does not go together, as sentences. Nothing follows from that.</summary>
    public IReadOnlyList<string> Contradictions { get; init; } = [];
}

/// <summary>How unusual a node looks, by all its signals together. What is unusual makes a node suspect at most.</summary>
/// <param name="Score">The score, 0 and up: about how many standard deviations its most unusual signals are from normal.</param>
/// <param name="Threshold">The threshold in force; NaN while the node's normal behaviour is being learned.</param>
/// <param name="Reason">Why it is that.</param>
public sealed record AnomalyStatus(double Score, double Threshold, string Reason);

/// <summary>How the network between the proxy and a node does, by what the kernel knows of some of the connections.</summary>
/// <param name="RoundTripMs">The median of their smoothed round-trip times, milliseconds; NaN where unknown.</param>
/// <param name="LeastRoundTripMs">The least of the last minutes, milliseconds; NaN where unknown.</param>
/// <param name="RetransmitRatio">The share of segments sent again in the last 10 s or so, 0 to 1; NaN where too few were sent.</param>
/// <param name="Connections">How many connections this rests on.</param>
public sealed record NetworkStatus(double RoundTripMs, double LeastRoundTripMs, double RetransmitRatio, int Connections);

/// <summary>One factor of a node's score.</summary>
/// <param name="Name">The component: <c>cpu</c>, <c>memory</c>, <c>latency</c>, <c>errors</c>, <c>connect</c>, <c>saturation</c>, <c>risk</c>, <c>word</c>.</param>
/// <param name="Value">The measured value in the component's own unit; NaN where unknown.</param>
/// <param name="Taken">What it takes from the score, 0 to 1.</param>
public readonly record struct ScoreComponent(string Name, double Value, double Taken);

/// <summary>A fact that speaks against a node.</summary>
/// <param name="Signal">Which signal: <c>cpu</c>, <c>latency</c>, <c>connect-refused</c>, …</param>
/// <param name="Value">Its value, in the signal's own unit.</param>
/// <param name="Threshold">The threshold in force that it crossed.</param>
/// <param name="Baseline">The node's own normal value; NaN where not yet known.</param>
/// <param name="Peers">The median of the other nodes; NaN where there are none.</param>
/// <param name="Text">The same as a sentence.</param>
public sealed record Evidence(string Signal, double Value, double Threshold, double Baseline, double Peers, string Text);
