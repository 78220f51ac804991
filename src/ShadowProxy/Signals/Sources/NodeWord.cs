namespace ShadowProxy.Signals.Sources;

/// <summary>
/// What a source says of a node in words rather than measures. A word replaces the source's last one whole: a source whose words come in
/// parts puts them together itself.
/// </summary>
internal sealed record NodeWord
{
    /// <summary>How the node is; believed until the source is stale.</summary>
    public NodeCondition Condition { get; init; }

    /// <summary>True where the node is to take no flows: an announced drain, or maintenance. Stands until the source itself says otherwise.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>The part of its weight that the node wants of new flows, 0 to 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>How many requests it takes at once; null where it does not say.</summary>
    public int? MaxConcurrentRequests { get; init; }

    /// <summary>The same as a sentence's part, such as "down: out of disk".</summary>
    public required string Text { get; init; }
}

/// <summary>How a node is, in a word.</summary>
internal enum NodeCondition
{
    /// <summary>Not said.</summary>
    Unknown,

    /// <summary>It serves.</summary>
    Up,

    /// <summary>It serves, but not well.</summary>
    Degraded,

    /// <summary>It does not serve.</summary>
    Down,
}
