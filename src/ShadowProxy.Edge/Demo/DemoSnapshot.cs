using ShadowProxy.Lab.Load;

namespace ShadowProxy.Edge.Demo;

/// <summary>A moment of the demo: all that a screen shows.</summary>
internal sealed record DemoSnapshot
{
    /// <summary>What stands in front of the backends.</summary>
    public required string Proxy { get; init; }

    /// <summary>Where it listens.</summary>
    public required Uri Address { get; init; }

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>What happens in it.</summary>
    public required string Description { get; init; }

    /// <summary>How long the load lasts.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How the load stands.</summary>
    public required LoadStatus Load { get; init; }

    /// <summary>The backends, by name.</summary>
    public required IReadOnlyList<DemoNode> Nodes { get; init; }

    /// <summary>The latest events, newest first.</summary>
    public required IReadOnlyList<DemoEvent> Events { get; init; }

    /// <summary>How many flows moved; null where the proxy moves none.</summary>
    public long? FlowsMigrated { get; init; }
}

/// <summary>How a thing is to look.</summary>
internal enum DemoTone
{
    /// <summary>Nothing to care about.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Wants an eye on it.</summary>
    Caution,

    /// <summary>Out of order.</summary>
    Bad,
}

/// <summary>A backend as the proxy sees it; null and NaN where it does not know.</summary>
/// <param name="Name">The destination's id.</param>
/// <param name="State">Its state, in a word.</param>
/// <param name="Tone">How the state is to look.</param>
internal sealed record DemoNode(string Name, string State, DemoTone Tone)
{
    /// <summary>Why it is in this state, in words; empty where there is nothing to explain.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Health, 0 to 1.</summary>
    public double Score { get; init; } = double.NaN;

    /// <summary>What takes points away, such as <c>cpu −0.21</c>, the most first.</summary>
    public IReadOnlyList<string> Taken { get; init; } = [];

    /// <summary>The part of its flows that it takes, 0 to 1.</summary>
    public double AdmittedShare { get; init; } = double.NaN;

    /// <summary>Requests forwarded to it and not yet ended.</summary>
    public int InFlight { get; init; }

    /// <summary>Recent mean latency, milliseconds.</summary>
    public double LatencyMs { get; init; } = double.NaN;

    /// <summary>Requests a second, recent.</summary>
    public double RequestRate { get; init; } = double.NaN;

    /// <summary>Flows that it holds.</summary>
    public long? Flows { get; init; }
}

/// <summary>Something that happened; a later event of the same id takes its place.</summary>
/// <param name="Id">Rises with each new event.</param>
/// <param name="At">When, from the start of the load.</param>
/// <param name="Tone">How it is to look.</param>
/// <param name="Text">What, as a sentence.</param>
internal sealed record DemoEvent(int Id, TimeSpan At, DemoTone Tone, string Text);
