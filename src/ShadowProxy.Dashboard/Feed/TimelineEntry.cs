using ShadowProxy.Telemetry;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>One line of the time line: an event, or flows that left a node together. Told again unchanged, it is the same instance.</summary>
public sealed record TimelineEntry
{
    /// <summary>Its own among all entries, and the same as long as it is shown.</summary>
    public required string Id { get; init; }

    /// <summary>When; of several flows, when the last one moved.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What the line is coloured by: a state's name, or empty.</summary>
    public required string Tone { get; init; }

    /// <summary>What happened, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Where and why, in a few more.</summary>
    public required string Subtitle { get; init; }

    /// <summary>What it rests on, as a sentence; empty where nothing more is known.</summary>
    public required string Text { get; init; }

    /// <summary>The facts: signals, values, thresholds, peers.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>The flows that moved, newest first; empty for an event.</summary>
    public required IReadOnlyList<MigrationRecord> Flows { get; init; }
}
