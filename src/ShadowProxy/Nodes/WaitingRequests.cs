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

    private readonly Place[] _places = new Place[Places];

    /// <summary>Takes a place.</summary>
    /// <param name="flow">A hash of the flow.</param>
    /// <param name="timestamp">When the attempt began, not 0.</param>
    /// <param name="normMs">The route's norm.</param>
    public int Enter(ulong flow, long timestamp, double normMs)
    {
        for (var i = 0; i < Tries; i++)
        {
            var number = (int)((flow + ((ulong)i * 11)) % Places);
            ref var place = ref _places[number];
            if (Volatile.Read(ref place.Since) != 0 || Interlocked.CompareExchange(ref place.Since, timestamp, 0) != 0)
                continue;
            Volatile.Write(ref place.NormMs, normMs);
            Volatile.Write(ref place.Flow, flow);
            return number;
        }

        return NoPlace;
    }

    /// <summary>Leaves the place.</summary>
    public void Leave(int place)
    {
        if (place != NoPlace)
            Volatile.Write(ref _places[place].Since, 0);
    }

    /// <summary>Those whose answer will be very slow whenever it comes; their flows are noted.</summary>
    /// <remarks>Of one flow two count at most.</remarks>
    public SlowWaiting Slow(long timestamp, long frequency, double seconds, TroubledFlows slowFlows, TroubledFlows verySlowFlows)
    {
        Span<ulong> counted = stackalloc ulong[Places];
        var slow = default(SlowWaiting);
        foreach (ref var place in _places.AsSpan())
        {
            var since = Volatile.Read(ref place.Since);
            if (since == 0)
                continue;
            var ageMs = (timestamp - since) * 1000.0 / frequency;
            var normMs = Volatile.Read(ref place.NormMs);
            if (!NodeTraffic.IsVerySlow(ageMs, normMs))
                continue;
            var flow = Volatile.Read(ref place.Flow);
            if (counted[..slow.Count].Count(flow) >= MostPerFlow)
                continue;
            counted[slow.Count] = flow;
            slow = new SlowWaiting(slow.Count + 1, slow.LogRatio + NodeTraffic.LogRatio(ageMs, normMs));
            slowFlows.Add(flow, seconds);
            verySlowFlows.Add(flow, seconds);
        }

        return slow;
    }

    private struct Place
    {
        /// <summary>When its request began to wait; 0 = free.</summary>
        public long Since;

        public ulong Flow;
        public double NormMs;
    }
}

/// <summary>Requests that wait for an answer which will be very slow.</summary>
/// <param name="Count">How many.</param>
/// <param name="LogRatio">The sum of the logarithms of their ages over their norms.</param>
internal readonly record struct SlowWaiting(int Count, double LogRatio);
