namespace ShadowProxy.Tables;

/// <summary>The tables' time: tenths of a second in 32 bits (13 years), a day of them before the clock was made. Thread-safe.</summary>
internal sealed class FlowClock(TimeProvider time)
{
    /// <summary>How many ticks of a <see cref="TimeSpan"/> are one of the clock.</summary>
    public const long TicksPerUnit = TimeSpan.TicksPerSecond / 10;

    /// <summary>An expiry that never comes.</summary>
    public const uint Never = uint.MaxValue;

    /// <summary>When the clock was made: a day after its zero, so that what was before a restart has a time too.</summary>
    public const uint Start = (uint)(TimeSpan.TicksPerDay / TicksPerUnit);

    private readonly long _start = time.GetTimestamp();

    /// <summary>Tenths of a second since a day before the start.</summary>
    public uint Now => At(time.GetTimestamp());

    /// <summary>Seconds since the start, as exactly as the clock knows it.</summary>
    public double Seconds => SecondsAt(time.GetTimestamp());

    /// <summary>What <see cref="Now"/> was at a timestamp: a request reads the clock as seldom as it can.</summary>
    public uint At(long timestamp) => (uint)(time.GetElapsedTime(_start, timestamp).Ticks / TicksPerUnit) + Start;

    /// <summary>What <see cref="Seconds"/> was at a timestamp.</summary>
    public double SecondsAt(long timestamp) => time.GetElapsedTime(_start, timestamp).TotalSeconds;

    /// <summary>A span in tenths of a second, at least one, saturating.</summary>
    public static uint Ticks(TimeSpan span) => (uint)Math.Clamp(span.Ticks / TicksPerUnit, 1, Never / 2);

    /// <summary>Tenths of a second as a span.</summary>
    public static TimeSpan Span(uint ticks) => TimeSpan.FromTicks(ticks * TicksPerUnit);
}
