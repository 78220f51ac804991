namespace ShadowProxy.Nodes;

/// <summary>
/// What a node takes over from others before the monitor looks again, in requests a second: so that the flows of one that sickens do not all
/// arrive before anything shows how their new node bears them. Thread-safe: any request takes, the monitor alone offers.
/// </summary>
internal sealed class NodeIntake
{
    private const double Unit = 1000;

    private long _left = long.MaxValue;
    private long _taken;

    /// <summary>Whether it takes a flow that could as well wait.</summary>
    public bool IsOpen => Volatile.Read(ref _left) > 0;

    /// <summary>A flow came over, whether or not it was open.</summary>
    /// <param name="rate">The flow's requests a second.</param>
    public void Take(double rate)
    {
        var units = Math.Max(1, (long)Math.Round(rate * Unit));
        Interlocked.Add(ref _taken, units);
        Interlocked.Add(ref _left, -units);
    }

    /// <summary>Sets what it takes until the next tick.</summary>
    /// <param name="rate">Requests a second; however few, a flow may come; infinite: everything.</param>
    public void Offer(double rate) => Volatile.Write(ref _left, (long)Math.Clamp(Math.Ceiling(rate * Unit), 0, long.MaxValue / 2));

    /// <summary>The requests a second that came over since it was last asked.</summary>
    public double Collect() => Interlocked.Exchange(ref _taken, 0) / Unit;
}
