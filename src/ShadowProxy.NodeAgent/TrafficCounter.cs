namespace ShadowProxy.NodeAgent;

/// <summary>Counts requests: two interlocked additions each, one more for a failed one. Safe for any number of threads.</summary>
internal sealed class TrafficCounter
{
    private long _started;
    private long _ended;
    private long _failed;

    public long Ended => Volatile.Read(ref _ended);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Never negative: what has ended is read before what has started.</summary>
    public long InFlight
    {
        get
        {
            var ended = Volatile.Read(ref _ended);
            return Volatile.Read(ref _started) - ended;
        }
    }

    public void Start() => Interlocked.Increment(ref _started);

    public void End(bool failed)
    {
        if (failed)
            Interlocked.Increment(ref _failed);
        Interlocked.Increment(ref _ended);
    }
}
