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

    /// <summary>Failed connects are forgotten after so long without another: where nothing is sent, no answer could clear them.</summary>
    private const double ConnectFailureSeconds = 30;

    private readonly Lock _lock = new();
    private readonly FlowParts _parts = new(alwaysTaken: 4);

    /// <summary>Of troubles a flow may have a smaller part: one client's are not to look like a node's among the little that always goes wrong.</summary>
    private readonly FlowParts _troubleParts = new(alwaysTaken: 2);

    private TrafficSums _recent;
    private TrafficSums _longer;
    private TroubleCounts _troubles;
    private double _answeredAt = double.NegativeInfinity;
    private int _refused;
    private int _connectFailures;
    private double _connectFailedAt;
    private long _total;
    private int _missed;

    /// <summary>Requests that wait for their answer.</summary>
    public WaitingRequests Waiting { get; } = new();

    /// <summary>Flows whose requests failed lately.</summary>
    public TroubledFlows FailedFlows { get; } = new();

    /// <summary>Flows whose answers were slow lately.</summary>
    public TroubledFlows SlowFlows { get; } = new();

    /// <summary>Flows whose answers were very slow lately.</summary>
    public TroubledFlows VerySlowFlows { get; } = new();

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
        {
            if (outcome == Outcome.Answered)
                Interlocked.Increment(ref _missed);
            return;
        }

        try
        {
            if (outcome == Outcome.ConnectRefused)
                _refused++;
            if (outcome.IsConnectFailure())
                (_connectFailures, _connectFailedAt) = (_connectFailures + 1, seconds);
            else if (outcome == Outcome.Answered)
                (_connectFailures, _answeredAt) = (0, seconds);
            AddMissed();
            if (_parts.Takes(flow))
                Add(flow, error, latencyMs, normMs, seconds);
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Copies the sums for the monitor, with the very slow among the requests that still wait.</summary>
    public TrafficSample Sample(long timestamp, long frequency, double seconds)
    {
        lock (_lock)
        {
            if (seconds - _connectFailedAt >= ConnectFailureSeconds)
                _connectFailures = 0;
            var waiting = Waiting.Slow(timestamp, frequency, seconds, SlowFlows, VerySlowFlows);
            return new TrafficSample(_recent, _longer, waiting, _troubles, _answeredAt, _refused, _connectFailures);
        }
    }

    /// <summary>Lets the sums decay by the time since the last tick; called by the monitor once a tick, after <see cref="Sample"/>.</summary>
    public void Decay(double recent, double longer)
    {
        lock (_lock)
        {
            _recent.Scale(recent);
            _longer.Scale(longer);
            _refused = 0;
            _parts.Decay();
            _troubleParts.Decay();
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
            _parts.Clear();
            _troubleParts.Clear();
            FailedFlows.Clear();
            SlowFlows.Clear();
            VerySlowFlows.Clear();
        }
    }

    /// <summary>Answers that found the lock taken: they count, so that failures, which wait for it, do not look like more than they are.</summary>
    private void AddMissed()
    {
        if (Volatile.Read(ref _missed) == 0)
            return;
        var missed = new TrafficSums { Count = Interlocked.Exchange(ref _missed, 0) };
        _recent.Add(missed);
        _longer.Add(missed);
    }

    private void Add(ulong flow, bool error, double latencyMs, double normMs, double seconds)
    {
        var slow = latencyMs > 2 * normMs && latencyMs - normMs > SlowFloorMs;
        var verySlow = IsVerySlow(latencyMs, normMs);
        if ((error || slow) && !_troubleParts.Takes(flow))
            return;

        var outcome = new TrafficSums { Count = 1, Errors = error ? 1 : 0, VerySlow = verySlow ? 1 : 0 };
        if (!double.IsNaN(latencyMs))
        {
            outcome.Timed = 1;
            outcome.LatencyMs = latencyMs;
            outcome.LogRatio = LogRatio(latencyMs, normMs);
        }

        _recent.Add(outcome);
        _longer.Add(outcome);
        Note(error, ref _troubles.Errors, FailedFlows, flow, seconds);
        Note(slow, ref _troubles.Slow, SlowFlows, flow, seconds);
        Note(verySlow, ref _troubles.VerySlow, VerySlowFlows, flow, seconds);
    }

    private static void Note(bool trouble, ref long count, TroubledFlows flows, ulong flow, double seconds)
    {
        if (!trouble)
            return;
        count++;
        flows.Add(flow, seconds);
    }
}
