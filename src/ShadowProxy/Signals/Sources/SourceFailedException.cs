namespace ShadowProxy.Signals.Sources;

/// <summary>A source cannot be heard, for a reason that is told to operators.</summary>
/// <param name="message">Why, in words for an operator.</param>
/// <param name="pause">When it is worth another try; null as after any failure.</param>
internal sealed class SourceFailedException(string message, TimeSpan? pause = null) : Exception(message)
{
    /// <summary>True where it was heard, and what it said was no sense.</summary>
    public bool IsNonsense { get; init; }

    /// <summary>When it is worth another try; null as after any failure.</summary>
    public TimeSpan? Pause { get; } = pause;
}
