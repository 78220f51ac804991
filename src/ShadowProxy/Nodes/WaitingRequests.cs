namespace ShadowProxy.Nodes;

/// <summary>
/// The requests that wait for a node's answer, with their ages: a hang is seen while it lasts. A fixed number of places, taken and left
/// without a lock; where more wait than there are places, those that found one stand for the rest.
/// </summary>
internal sealed class WaitingRequests
{
    private const int Places = 64;
    private const int Tries = 8;
    private const int MostPerFlow = 2;

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

    /// <summary>Those whose answer will be very slow whenever it comes; their flows are noted.</summary>
    /// <remarks>Of one flow two count at most.</remarks>
    public SlowWaiting Slow(long timestamp, long frequency, double seconds, TroubledFlows slowFlows, TroubledFlows verySlowFlows)
    {
        Span<ulong> counted = stackalloc ulong[Places];
        var slow = default(SlowWaiting);
        for (var place = 0; place < Places; place++)
        {
            var since = Volatile.Read(ref _since[place]);
            if (since == 0)
                continue;
            var ageMs = (timestamp - since) * 1000.0 / frequency;
            var normMs = Volatile.Read(ref _norms[place]);
            if (!NodeTraffic.IsVerySlow(ageMs, normMs))
                continue;
            var flow = Volatile.Read(ref _flows[place]);
            if (counted[..slow.Count].Count(flow) >= MostPerFlow)
                continue;
            counted[slow.Count] = flow;
            slow = new SlowWaiting(slow.Count + 1, slow.LogRatio + NodeTraffic.LogRatio(ageMs, normMs));
            slowFlows.Add(flow, seconds);
            verySlowFlows.Add(flow, seconds);
        }

        return slow;
    }
}

/// <summary>Requests that wait for an answer which will be very slow.</summary>
/// <param name="Count">How many.</param>
/// <param name="LogRatio">The sum of the logarithms of their ages over their norms.</param>
internal readonly record struct SlowWaiting(int Count, double LogRatio);
