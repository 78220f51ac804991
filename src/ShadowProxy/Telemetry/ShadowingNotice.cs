namespace ShadowProxy.Telemetry;

/// <summary>One thing that the proxy decided: either an event or a flow's migration.</summary>
/// <param name="Id">Its place in the order of all of them; higher than any of an earlier run of the proxy. Where ids are left out, notices were lost.</param>
/// <param name="Event">The event; null where it is a migration.</param>
/// <param name="Migration">The migration; null where it is an event.</param>
public readonly record struct ShadowingNotice(long Id, ShadowingEvent? Event, MigrationRecord? Migration);
