using ShadowProxy.Nodes;

namespace ShadowProxy.Tables;

/// <summary>
/// What the Signature Table holds of a flow. Times are in <see cref="FlowClock"/> ticks. 36 bytes, so that a slot of the table is one
/// cache line of 64.
/// </summary>
internal struct FlowEntry : IFlowEntry
{
    private static readonly uint Mute = FlowClock.Ticks(TimeSpan.FromHours(1));

    /// <summary>The node that serves the flow.</summary>
    public NodeRef Primary;

    /// <summary>When the flow ends whether or not it is used.</summary>
    public uint Limit;

    /// <summary>How long its shadows are remembered after its end.</summary>
    public uint Retention;

    /// <summary>Since when <see cref="Primary"/> serves it.</summary>
    public uint PrimarySince;

    /// <summary>When trouble of its own last moved it, or last went on wherever it was; 0 = never.</summary>
    public uint MovedForIssue;

    /// <summary>Requests seen.</summary>
    public uint Requests;

    /// <summary>Requests a second, exponentially weighted over 10 s.</summary>
    public float Rate;

    private Half _latencyMs;
    private Half _errors;

    /// <summary>What becomes of its requests.</summary>
    public FlowAction Action;

    /// <summary>What else is known of it.</summary>
    public FlowFlags Flags;

    /// <summary>Failures in a row.</summary>
    public byte Failures;

    /// <summary>Answers slower than the node's other flows get, less those that were not.</summary>
    public byte SlowAnswers;

    /// <inheritdoc/>
    public readonly bool IsExpendable => Requests <= 1;

    /// <summary>
    /// Time to response headers in milliseconds, exponentially weighted over 8 answers; 0 = none yet. To three digits, 65,504 at most.
    /// </summary>
    public float LatencyMs
    {
        readonly get => (float)_latencyMs;
        set => _latencyMs = (Half)Math.Min(value, (float)Half.MaxValue);
    }

    /// <summary>Share of failures, exponentially weighted over 16 answers. To three digits.</summary>
    public float Errors
    {
        readonly get => (float)_errors;
        set => _errors = (Half)value;
    }

    /// <summary>Until when trouble of its own does not move it; 0 where it may.</summary>
    public readonly uint MutedUntil => Has(FlowFlags.Muted) ? MovedForIssue + Mute : 0;

    /// <summary>Whether a flag is set.</summary>
    public readonly bool Has(FlowFlags flag) => (Flags & flag) != 0;

    /// <summary>Sets or clears a flag.</summary>
    public void Set(FlowFlags flag, bool on) => Flags = on ? Flags | flag : Flags & ~flag;
}

/// <summary>What becomes of a flow's requests: the action that a table entry points to.</summary>
internal enum FlowAction : byte
{
    /// <summary>They are forwarded to the flow's primary.</summary>
    Forward,

    /// <summary>They are refused with 403.</summary>
    Reject,
}

/// <summary>What else is known of a flow.</summary>
[Flags]
internal enum FlowFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An operator bound it to its primary.</summary>
    Pinned = 1,

    /// <summary>It carries over half of a node's fair share of requests, and is spread.</summary>
    Hot = 2,

    /// <summary>Several sessions began under it (a connection that carries many users); it is spread.</summary>
    Shared = 4,

    /// <summary>It fares badly on its primary and is to move with its next request.</summary>
    Troubled = 8,

    /// <summary>The trouble came along when it moved: it is to go home with its next request.</summary>
    TroubledEverywhere = 16,

    /// <summary>It is served by another node than its home.</summary>
    Away = 32,

    /// <summary>Trouble follows it wherever it goes: trouble of its own does not move it for an hour.</summary>
    Muted = 64,
}
