namespace ShadowProxy.Monitoring;

/// <summary>The time of a tick, in the forms that are needed.</summary>
/// <param name="Seconds">The monitor's time.</param>
/// <param name="Elapsed">Seconds since the last tick.</param>
/// <param name="Timestamp">The clock's timestamp.</param>
/// <param name="Frequency">Timestamps a second.</param>
/// <param name="Now">The wall clock.</param>
/// <param name="IsStalled">True shortly after a tick came late: the proxy itself was held up, and what it measured meanwhile speaks of no node.</param>
internal readonly record struct TickTime(double Seconds, double Elapsed, long Timestamp, long Frequency, DateTimeOffset Now, bool IsStalled = false);
