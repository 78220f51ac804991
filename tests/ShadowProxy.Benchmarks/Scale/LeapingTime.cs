namespace ShadowProxy.Benchmarks.Scale;

/// <summary>The system's clock, which can be set ahead. Thread-safe.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private long _ahead;

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _ahead);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + System.GetElapsedTime(0, Volatile.Read(ref _ahead));

    /// <summary>Sets it ahead.</summary>
    public void Leap(TimeSpan span) => Interlocked.Add(ref _ahead, (long)(span.TotalSeconds * TimestampFrequency));
}
