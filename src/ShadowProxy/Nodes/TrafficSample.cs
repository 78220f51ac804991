namespace ShadowProxy.Nodes;

/// <summary>What the monitor sees of a node's traffic at a tick.</summary>
/// <param name="Recent">Sums over <see cref="TrafficSums.RecentSeconds"/>.</param>
/// <param name="Longer">Sums over <see cref="TrafficSums.LongerSeconds"/>, for nodes with little traffic.</param>
/// <param name="Waiting">Requests that have waited for their answer so long that it will be very slow.</param>
/// <param name="Refused">Connects refused since the last tick.</param>
/// <param name="ConnectFailures">Failed connects since the last answer.</param>
internal readonly record struct TrafficSample(TrafficSums Recent, TrafficSums Longer, SlowWaiting Waiting, int Refused, int ConnectFailures);
