namespace ShadowProxy.Nodes;

/// <summary>
/// The recent outcomes of a node's requests, as sums that the Flow Monitor lets decay. Thread-safe: a request that succeeded and finds
/// the lock taken is left out of the sums (it is a sample), one that failed waits.
/// </summary>
internal sealed class NodeTraffic
{
    /// <summary>An answer is slow from twice its route's norm on, when the difference is over this.</summary>
    private const double SlowFloorMs = 5;

    /// <summary>An answer is very slow from four times its route's norm on, when the difference is over this.</summary>
    private const double VerySlowFloorMs = 50;

    private const double LogRatioBound = 3;

    private readonly Lock _lock = new();
    private readonly FlowParts _parts = new();
    private TrafficSums _recent;
    private TrafficSums _longer;
    private int _sinceTick;
    private int _refused;
    private int _connectFailures;
    private long _total;

    /// <summary>Requests that wait for their answer.</summary>
    public WaitingRequests Waiting { get; } = new();

    /// <summary>Flows whose requests failed lately.</summary>
    public TroubledFlows FailedFlows { get; } = new();

    /// <summary>Flows whose answers were slow lately.</summary>
    public TroubledFlows SlowFlows { get; } = new();

    /// <summary>Outcomes counted since the start.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>The natural logarithm of a latency over its norm, bounded so that no single answer outweighs many.</summary>
    public static double LogRatio(double latencyMs, double normMs) =>
        Math.Clamp(Math.Log(Math.Max(latencyMs, 0.05) / Math.Max(normMs, 0.05)), -LogRatioBound, LogRatioBound);

    /// <summary>Whether an answer, or the age of a request that waits for one, is very slow.</summary>
    public static bool IsVerySlow(double latencyMs, double normMs) => latencyMs > 4 * normMs && latencyMs - normMs > VerySlowFloorMs;

    /// <summary>Takes in an outcome.</summary>
    /// <param name="flow">A hash of the flow.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="latencyMs">Time to response headers, or the age at which it was given up; NaN where it says nothing (streams, connect failures).</param>
    /// <param name="normMs">The route's norm.</param>
    /// <param name="seconds">The monitor's time.</param>
    public void Record(ulong flow, Outcome outcome, double latencyMs, double normMs, double seconds)
    {
        Interlocked.Increment(ref _total);
        var error = outcome.IsError();
        if (error)
            _lock.Enter();
        else if (!_lock.TryEnter())
            return;
        try
        {
            if (outcome == Outcome.ConnectRefused)
                _refused++;
            if (outcome.IsConnectFailure())
                _connectFailures++;
            else if (outcome == Outcome.Answered)
                _connectFailures = 0;

            _sinceTick++;
            if (!_parts.Takes(flow, _longer.Count))
                return;
            Add(flow, error, latencyMs, normMs, seconds);
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Copies the sums for the monitor.</summary>
    public TrafficSample Sample()
    {
        lock (_lock)
            return new TrafficSample(_recent, _longer, _sinceTick, _refused, _connectFailures);
    }

    /// <summary>Lets the sums decay by the time since the last tick; called by the monitor once a tick, after <see cref="Sample"/>.</summary>
    public void Decay(double recent, double longer)
    {
        lock (_lock)
        {
            _recent.Scale(recent);
            _longer.Scale(longer);
            _sinceTick = 0;
            _refused = 0;
            _parts.Decay();
        }
    }

    /// <summary>Forgets everything: what the node did before it was restored is no evidence.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _recent = default;
            _longer = default;
            _refused = 0;
            _connectFailures = 0;
            FailedFlows.Clear();
            SlowFlows.Clear();
        }
    }

    private void Add(ulong flow, bool error, double latencyMs, double normMs, double seconds)
    {
        var outcome = new TrafficSums { Count = 1 };
        if (error)
        {
            outcome.Errors = 1;
            FailedFlows.Add(flow, seconds);
        }

        if (!double.IsNaN(latencyMs))
        {
            outcome.Timed = 1;
            outcome.LatencyMs = latencyMs;
            outcome.LogRatio = LogRatio(latencyMs, normMs);
            outcome.VerySlow = IsVerySlow(latencyMs, normMs) ? 1 : 0;
            if (latencyMs > 2 * normMs && latencyMs - normMs > SlowFloorMs)
                SlowFlows.Add(flow, seconds);
        }

        _recent.Add(outcome);
        _longer.Add(outcome);
    }
}

/// <summary>Sums over outcomes, each weighing less with age.</summary>
internal struct TrafficSums
{
    /// <summary>Outcomes.</summary>
    public double Count;

    /// <summary>Outcomes that speak against the node.</summary>
    public double Errors;

    /// <summary>Outcomes with a latency.</summary>
    public double Timed;

    /// <summary>Latencies, milliseconds.</summary>
    public double LatencyMs;

    /// <summary>Logarithms of latency over norm.</summary>
    public double LogRatio;

    /// <summary>Very slow answers.</summary>
    public double VerySlow;

    /// <summary>Adds other sums.</summary>
    public void Add(in TrafficSums other)
    {
        Count += other.Count;
        Errors += other.Errors;
        Timed += other.Timed;
        LatencyMs += other.LatencyMs;
        LogRatio += other.LogRatio;
        VerySlow += other.VerySlow;
    }

    /// <summary>Multiplies all.</summary>
    public void Scale(double factor)
    {
        Count *= factor;
        Errors *= factor;
        Timed *= factor;
        LatencyMs *= factor;
        LogRatio *= factor;
        VerySlow *= factor;
    }
}

/// <summary>What the monitor sees of a node's traffic at a tick.</summary>
/// <param name="Recent">Sums over about 2.5 s.</param>
/// <param name="Longer">Sums over about 30 s, for nodes with little traffic.</param>
/// <param name="SinceTick">Outcomes since the last tick.</param>
/// <param name="Refused">Connects refused since the last tick.</param>
/// <param name="ConnectFailures">Failed connects since the last answer.</param>
internal readonly record struct TrafficSample(TrafficSums Recent, TrafficSums Longer, int SinceTick, int Refused, int ConnectFailures);
