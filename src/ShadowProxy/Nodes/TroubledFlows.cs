namespace ShadowProxy.Nodes;

/// <summary>
/// Which flows met trouble on a node within the last seconds, by hash, up to sixteen: enough to tell one client's trouble from a node's.
/// Thread-safe for one writer at a time (the lock of <see cref="NodeTraffic"/>) and any reader.
/// </summary>
internal sealed class TroubledFlows
{
    private readonly ulong[] _flows = new ulong[16];
    private readonly double[] _seen = new double[16];

    /// <summary>Notes that a flow met trouble.</summary>
    public void Add(ulong flow, double seconds)
    {
        var oldest = 0;
        for (var i = 0; i < _flows.Length; i++)
        {
            if (_flows[i] == flow && _seen[i] > 0)
            {
                Volatile.Write(ref _seen[i], seconds);
                return;
            }

            if (_seen[i] < _seen[oldest])
                oldest = i;
        }

        Volatile.Write(ref _flows[oldest], flow);
        Volatile.Write(ref _seen[oldest], Math.Max(seconds, double.Epsilon));
    }

    /// <summary>How many distinct flows met trouble lately.</summary>
    /// <param name="seconds">The monitor's time.</param>
    /// <param name="windowSeconds">How far back that goes.</param>
    public int CountSince(double seconds, double windowSeconds = 10)
    {
        var count = 0;
        for (var i = 0; i < _seen.Length; i++)
        {
            var seen = Volatile.Read(ref _seen[i]);
            if (seen > 0 && seen > seconds - windowSeconds)
                count++;
        }

        return count;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Clear(_seen);
}
