namespace ShadowProxy.Nodes;

/// <summary>
/// The recent outcomes of a node's requests, as sums that the Flow Monitor lets decay. Thread-safe: a request that succeeded and finds
/// the lock taken is left out of the sums (it is a sample), one that failed or was overtaken waits. On a busy node only some of the good answers
/// are looked at, each for several.
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

    /// <summary>Good answers that are looked at between two ticks, about: more would say no more, and cost each request the same.</summary>
    private const int EnoughAnswers = 50;

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
    private long _good;
    private long _missed;
    private PaddedLong _stride = new() { Value = 1 };

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

    /// <summary>Whether a request that begins is to take a place among the <see cref="Waiting"/>: of a busy node's, some stand for all.</summary>
    /// <param name="flow">A hash of the flow.</param>
    /// <param name="timestamp">When it began.</param>
    public bool IsToBeWatched(ulong flow, long timestamp) => IsOneOf(_stride.Value, flow, (ulong)timestamp);

    /// <summary>Takes in an outcome.</summary>
    /// <param name="flow">A hash of the flow.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="latencyMs">Time to response headers, or the age at which it was given up; NaN where it says nothing (streams, connect failures).</param>
    /// <param name="normMs">The route's norm.</param>
    /// <param name="seconds">The monitor's time.</param>
    /// <returns>How many answers it stands for; 0 where it was left out.</returns>
    public int Record(ulong flow, Outcome outcome, double latencyMs, double normMs, double seconds)
    {
        var error = outcome.IsError();
        var overtaken = outcome == Outcome.Overtaken;
        var slow = overtaken || IsSlow(latencyMs, normMs);
        var weight = 1;
        if (outcome == Outcome.Answered && !slow)
        {
            var stride = _stride.Value;
            if (!IsOneOf(stride, flow, BitConverter.DoubleToUInt64Bits(seconds)))
                return 0;
            weight = (int)stride;
        }

        if (error || overtaken)
            _lock.Enter();
        else if (!_lock.TryEnter())
        {
            if (outcome == Outcome.Answered)
                Interlocked.Add(ref _missed, weight);
            return 0;
        }

        try
        {
            if (outcome == Outcome.ConnectRefused)
                _refused++;
            if (outcome.IsConnectFailure())
                (_connectFailures, _connectFailedAt, _stride.Value) = (_connectFailures + 1, seconds, 1);
            else if (outcome == Outcome.Answered)
                (_connectFailures, _answeredAt) = (0, seconds);
            _total += weight;
            _good += outcome == Outcome.Answered && !slow ? weight : 0;
            AddMissed();
            if (_parts.Takes(flow, weight))
                Add(flow, weight, error, slow, overtaken || IsVerySlow(latencyMs, normMs), latencyMs, normMs, seconds);
            return weight;
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
            _stride.Value = _connectFailures > 0 ? 1 : Math.Max(1, _good / EnoughAnswers);
            _good = 0;
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
        _total += (long)missed.Count;
        _good += (long)missed.Count;
        _recent.Add(missed);
        _longer.Add(missed);
    }

    private void Add(ulong flow, int weight, bool error, bool slow, bool verySlow, double latencyMs, double normMs, double seconds)
    {
        if ((error || slow) && !_troubleParts.Takes(flow, weight))
            return;

        var outcome = new TrafficSums { Count = weight, Errors = error ? weight : 0, VerySlow = verySlow ? weight : 0 };
        if (!double.IsNaN(latencyMs))
        {
            outcome.Timed = weight;
            outcome.LatencyMs = weight * latencyMs;
            outcome.LogRatio = weight * LogRatio(latencyMs, normMs);
        }

        _recent.Add(outcome);
        _longer.Add(outcome);
        Note(error, ref _troubles.Errors, FailedFlows, flow, seconds);
        Note(slow, ref _troubles.Slow, SlowFlows, flow, seconds);
        Note(verySlow, ref _troubles.VerySlow, VerySlowFlows, flow, seconds);
    }

    private static bool IsSlow(double latencyMs, double normMs) => latencyMs > 2 * normMs && latencyMs - normMs > SlowFloorMs;

    /// <summary>Whether a request is the one of <paramref name="stride"/>, by chance, but without a number that all cores would have to draw from.</summary>
    private static bool IsOneOf(long stride, ulong flow, ulong moment) =>
        stride == 1 || ((flow ^ moment) * 0x9E3779B97F4A7C15 >> 32) * (ulong)stride >> 32 == 0;

    private static void Note(bool trouble, ref long count, TroubledFlows flows, ulong flow, double seconds)
    {
        if (!trouble)
            return;
        count++;
        flows.Add(flow, seconds);
    }
}
