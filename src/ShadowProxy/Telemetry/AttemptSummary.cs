namespace ShadowProxy.Telemetry;

/// <summary>An attempt to forward a request that the answer did not come from.</summary>
/// <param name="Node">The id of the node that was asked.</param>
/// <param name="Result">
/// How it ended: <c>connection_refused</c>, <c>connect_failed</c> (nothing was sent), <c>connection_terminated</c>, <c>server_error</c>,
/// <c>timeout</c>, <c>overtaken</c> (another node's answer came first, and this one's was overdue), <c>abandoned</c> (given up for another reason).
/// </param>
/// <param name="Duration">From its beginning until its end was known.</param>
public readonly record struct AttemptSummary(string Node, string Result, TimeSpan Duration);
