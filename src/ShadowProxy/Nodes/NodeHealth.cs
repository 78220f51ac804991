using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Monitoring.Detection;
using ShadowProxy.Prediction;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Nodes;

/// <summary>A node's health as the Flow Monitor publishes it. Immutable.</summary>
internal sealed record NodeHealth
{
    private string? _evidenceText;

    /// <summary>Before the monitor's first look: takes everything.</summary>
    public static NodeHealth Unknown { get; } = new();

    /// <summary>What the monitor makes of it.</summary>
    public NodeState State { get; init; } = NodeState.Healthy;

    /// <summary>Why it is not healthy.</summary>
    public MigrationReason Reason { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The product of what its components leave, 0 to 1.</summary>
    public double Score { get; init; } = 1;

    /// <summary>What each component takes.</summary>
    public IReadOnlyList<ScoreComponent> Components { get; init; } = [];

    /// <summary>The part of its flows that it takes now, 0 to 1.</summary>
    public double AdmittedShare { get; init; } = 1;

    /// <summary>The part of its new flows that it takes now; lower than <see cref="AdmittedShare"/> while it is suspect, or wants less.</summary>
    public double AdmittedShareOfNew { get; init; } = 1;

    /// <summary>False while flows leave a node of its cluster, and it could not bear any of them; nor new ones, while others can.</summary>
    public bool HasRoom { get; init; } = true;

    /// <summary>True where it does not answer at all: nothing is sent there while any other node lives.</summary>
    public bool IsDead { get; init; }

    /// <summary>What is foreseen.</summary>
    public Forecast Forecast { get; init; } = Forecast.None;

    /// <summary>What speaks against it.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>The same as a sentence, made once for all flows that move for it.</summary>
    public string EvidenceText => _evidenceText ??= string.Join("; ", Evidence.Select(evidence => evidence.Text));

    /// <summary>How unusual it looks; null before the first sample.</summary>
    public Anomaly? Anomaly { get; init; }

    /// <summary>Whether it has just answered a request, and not with an error of its own.</summary>
    public bool Answers { get; init; }

    /// <summary>Mean time to response headers, milliseconds; NaN without traffic.</summary>
    public double LatencyMs { get; init; } = double.NaN;

    /// <summary>Its typical latency over the routes' norms.</summary>
    public double TypicalLatency { get; init; } = 1;

    /// <summary>Requests a second.</summary>
    public double RequestRate { get; init; }

    /// <summary>Share of requests that failed.</summary>
    public double ErrorRate { get; init; }
}
