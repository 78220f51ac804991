namespace ShadowProxy.Nodes;

/// <summary>What the monitor sees of a node's traffic at a tick.</summary>
/// <param name="Recent">Sums over <see cref="TrafficSums.RecentSeconds"/>.</param>
/// <param name="Longer">Sums over <see cref="TrafficSums.LongerSeconds"/>, for nodes with little traffic.</param>
/// <param name="Waiting">Requests that have waited for their answer so long that it will be very slow.</param>
/// <param name="Troubles">Troubles since the start.</param>
/// <param name="AnsweredAt">When an answer below 500 last came, in the monitor's seconds.</param>
/// <param name="Refused">Connects refused since the last tick.</param>
/// <param name="ConnectFailures">Failed connects since the last answer.</param>
internal readonly record struct TrafficSample(
    TrafficSums Recent, TrafficSums Longer, SlowWaiting Waiting, TroubleCounts Troubles, double AnsweredAt, int Refused, int ConnectFailures);

/// <summary>Outcomes that were trouble, counted since the start.</summary>
internal struct TroubleCounts
{
    /// <summary>Failures.</summary>
    public long Errors;

    /// <summary>Slow answers.</summary>
    public long Slow;

    /// <summary>Very slow answers.</summary>
    public long VerySlow;
}
