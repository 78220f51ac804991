namespace ShadowProxy.Monitoring;

/// <summary>
/// How long a node is kept away: 30 s, and twice as long as the last time where it relapses, on trial or within ten minutes after, up to ten
/// minutes. Without that, a node that is well without load and sick under it would come and go for ever.
/// </summary>
internal struct HoldTime()
{
    private const double Shortest = 30;
    private const double Longest = 600;

    private double _recoveredAt = double.NegativeInfinity;

    /// <summary>The hold in force, seconds.</summary>
    public double Seconds { get; private set; } = Shortest;

    /// <summary>The node leaves.</summary>
    /// <param name="state">The state that it leaves from.</param>
    /// <param name="seconds">The monitor's time.</param>
    public void Leave(NodeState state, double seconds)
    {
        if (state is NodeState.Evacuating or NodeState.Evacuated)
            return;
        var isRelapse = state == NodeState.Probation || seconds - _recoveredAt < Longest;
        Seconds = isRelapse ? Math.Min(Longest, 2 * Seconds) : Shortest;
    }

    /// <summary>The node passed its trial.</summary>
    public void Recover(double seconds) => _recoveredAt = seconds;

    /// <summary>What was is no matter any more.</summary>
    public void Forget() => this = new HoldTime();
}
