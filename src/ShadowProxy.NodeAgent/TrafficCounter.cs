using Microsoft.AspNetCore.Http;

namespace ShadowProxy.NodeAgent;

/// <summary>Counts requests: two interlocked additions each, one more for a failed one. Safe for any number of threads.</summary>
internal sealed class TrafficCounter
{
    private long _started;
    private long _ended;
    private long _failed;

    /// <summary>Requests that have begun.</summary>
    public long Started => Volatile.Read(ref _started);

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

    /// <summary>Counts a request in.</summary>
    public void Start(HttpContext context)
    {
        context.Features.Set(this);
        Interlocked.Increment(ref _started);
    }

    /// <summary>Counts it out, unless it was excluded meanwhile.</summary>
    public void End(HttpContext context, bool failed)
    {
        if (context.Features.Get<TrafficCounter>() is null)
            return;
        if (failed)
            Interlocked.Increment(ref _failed);
        Interlocked.Increment(ref _ended);
    }

    /// <summary>Takes a request out of the count that is no traffic, such as one for the agent itself.</summary>
    public static void Exclude(HttpContext context)
    {
        if (context.Features.Get<TrafficCounter>() is not { } counter)
            return;
        context.Features.Set<TrafficCounter>(null);
        Interlocked.Decrement(ref counter._started);
    }
}
