namespace ShadowProxy.Monitoring;

/// <summary>
/// A route's normal time to response headers: a slow median of the logarithm over all nodes, so that requests of different routes can be
/// compared. Thread-safe: two answers at the same moment may count as one.
/// </summary>
internal sealed class RouteNorm
{
    private const double Settled = 200;
    private const double StepBound = 1;
    private const double UnknownTailMs = 1000;
    private const double FewestMs = 25;

    private double _log = double.NaN;
    private double _milliseconds = double.NaN;
    private int _count;

    /// <summary>The norm in milliseconds; before the first answer, NaN.</summary>
    public double Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>What few answers exceed.</summary>
    public LatencyTail Tail { get; } = new();

    /// <summary>
    /// Milliseconds after which an answer is overdue: what one in a hundred takes, at least twice the norm; 1 s while that is not known. Never
    /// less than 25: below that nobody notices, and the attempt that loses costs its connection.
    /// </summary>
    public double OverdueAfterMs => Tail.Milliseconds is var tail and not double.NaN ? Math.Max(Math.Max(tail, 2 * MillisecondsOr(0)), FewestMs) : UnknownTailMs;

    /// <summary>Whether an answer has come yet.</summary>
    public bool IsKnown => Volatile.Read(ref _count) > 0;

    /// <summary>The norm, or the answer's own latency where there is none yet.</summary>
    public double MillisecondsOr(double latencyMs) => _count == 0 ? latencyMs : Milliseconds;

    /// <summary>Takes in an answer's latency.</summary>
    /// <param name="latencyMs">The latency.</param>
    /// <param name="weight">How many answers it stands for.</param>
    public void Observe(double latencyMs, int weight = 1)
    {
        var value = Math.Log(Math.Max(latencyMs, 0.05));
        var log = Volatile.Read(ref _log);
        var count = _count;
        if (count == 0 || double.IsNaN(log))
        {
            Set(value);
            _count = 1;
            return;
        }

        if (count < Settled)
            _count = count + weight;
        // A bounded step towards each answer: outliers pull no harder than others.
        Set(log + (Math.Clamp(value - log, -StepBound, StepBound) * weight / (count + weight)));
    }

    private void Set(double log)
    {
        Volatile.Write(ref _log, log);
        Volatile.Write(ref _milliseconds, Math.Exp(log));
    }
}
