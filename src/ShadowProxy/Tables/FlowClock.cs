namespace ShadowProxy.Tables;

/// <summary>The tables' time: tenths of a second since the clock was made, in 32 bits (13 years). Thread-safe.</summary>
internal sealed class FlowClock(TimeProvider time)
{
    /// <summary>An expiry that never comes.</summary>
    public const uint Never = uint.MaxValue;

    private readonly long _start = time.GetTimestamp();

    /// <summary>Tenths of a second since the start.</summary>
    public uint Now => At(time.GetTimestamp());

    /// <summary>The same in seconds, as exactly as the clock knows it.</summary>
    public double Seconds => SecondsAt(time.GetTimestamp());

    /// <summary>What <see cref="Now"/> was at a timestamp: a request reads the clock as seldom as it can.</summary>
    public uint At(long timestamp) => (uint)(time.GetElapsedTime(_start, timestamp).Ticks / (TimeSpan.TicksPerSecond / 10)) + 1;

    /// <summary>What <see cref="Seconds"/> was at a timestamp.</summary>
    public double SecondsAt(long timestamp) => time.GetElapsedTime(_start, timestamp).TotalSeconds;

    /// <summary>A span in tenths of a second, at least one, saturating.</summary>
    public static uint Ticks(TimeSpan span) => (uint)Math.Clamp(span.Ticks / (TimeSpan.TicksPerSecond / 10), 1, Never / 2);

    /// <summary>Tenths of a second as a span.</summary>
    public static TimeSpan Span(uint ticks) => TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / 10));
}
