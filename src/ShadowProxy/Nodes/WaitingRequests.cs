namespace ShadowProxy.Nodes;

/// <summary>
/// The requests that wait for a node's answer, with their ages: a hang is seen while it lasts. A fixed number of places, taken and left
/// without a lock; where more wait than there are places, those that found one stand for the rest.
/// </summary>
internal sealed class WaitingRequests
{
    private const int Places = 64;
    private const int Tries = 8;

    /// <summary>What <see cref="Enter"/> gives where no place was free.</summary>
    public const int NoPlace = -1;

    private readonly long[] _since = new long[Places];
    private readonly ulong[] _flows = new ulong[Places];
    private readonly float[] _norms = new float[Places];

    /// <summary>Takes a place.</summary>
    /// <param name="flow">A hash of the flow.</param>
    /// <param name="timestamp">When the attempt began, not 0.</param>
    /// <param name="normMs">The route's norm.</param>
    public int Enter(ulong flow, long timestamp, double normMs)
    {
        for (var i = 0; i < Tries; i++)
        {
            var place = (int)((flow + ((ulong)i * 11)) % Places);
            if (Volatile.Read(ref _since[place]) != 0 || Interlocked.CompareExchange(ref _since[place], timestamp, 0) != 0)
                continue;
            Volatile.Write(ref _norms[place], (float)normMs);
            Volatile.Write(ref _flows[place], flow);
            return place;
        }

        return NoPlace;
    }

    /// <summary>Leaves the place.</summary>
    public void Leave(int place)
    {
        if (place != NoPlace)
            Volatile.Write(ref _since[place], 0);
    }

    /// <summary>Calls back for each waiting request with its flow, its age in milliseconds and its norm.</summary>
    public void ForEach<TState>(ref TState state, long now, long frequency, WaitingVisitor<TState> visit)
    {
        for (var place = 0; place < Places; place++)
        {
            var since = Volatile.Read(ref _since[place]);
            if (since != 0)
                visit(ref state, Volatile.Read(ref _flows[place]), (now - since) * 1000.0 / frequency, Volatile.Read(ref _norms[place]));
        }
    }
}

/// <summary>Looks at one waiting request.</summary>
internal delegate void WaitingVisitor<TState>(ref TState state, ulong flow, double ageMs, double normMs);
