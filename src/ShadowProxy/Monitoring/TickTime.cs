namespace ShadowProxy.Monitoring;

/// <summary>The time of a tick, in the forms that are needed.</summary>
/// <param name="Seconds">The monitor's time.</param>
/// <param name="Elapsed">Seconds since the last tick.</param>
/// <param name="Timestamp">The clock's timestamp.</param>
/// <param name="Frequency">Timestamps a second.</param>
/// <param name="Now">The wall clock.</param>
internal readonly record struct TickTime(double Seconds, double Elapsed, long Timestamp, long Frequency, DateTimeOffset Now);
