namespace ShadowProxy.Monitoring.Detection;

/// <summary>
/// Says how unusual a node looks, from any number of signals, a sample at a time: each signal against its own past over three horizons,
/// the signals together by votes, and their score against the node's own scores. Allocates nothing a sample; knows no clock. Not thread-safe.
/// </summary>
/// <param name="signals">The signals, in the order of the values.</param>
/// <param name="threshold">The threshold for a node whose own level is 1.</param>
internal sealed class NodeDetector(IReadOnlyList<DetectorSignal> signals, double threshold = NodeDetector.DefaultThreshold)
{
    /// <summary>Chosen on recorded telemetry of real servers, for at most 0.48 false alarms a quiet day.</summary>
    public const double DefaultThreshold = 2.88;

    /// <summary>Samples before a node is judged.</summary>
    public const int Mature = SignalState.Mature;

    /// <summary>Time before a node is judged.</summary>
    public const double MatureSeconds = 3600;

    /// <summary>The quantile of a node's own scores that its threshold follows.</summary>
    public const double OwnQuantileOfScores = 0.99;

    private const double OwnLevelSeconds = 14 * 86_400;
    private const double OwnLevelSpread = 0.3;

    /// <summary>Keeps a node that never stirs from alarming at trifles.</summary>
    private const double LeastOwnLevel = 0.3;

    /// <summary>A longer gap counts as this long: what comes after it is one sample all the same.</summary>
    private const double LongestStepSeconds = 300;

    private const double SecondsPerMinute = 60;

    private readonly DetectorSignal[] _signals = [.. signals];
    private readonly SignalState[] _states = new SignalState[signals.Count];
    private OwnQuantile _ownLevel = new(OwnQuantileOfScores, OwnLevelSeconds, OwnLevelSpread);
    private Cusum _shift = new(slack: 2, stepLimit: 3, highest: 4);
    private AlarmLatch _latch;
    private DetectorGains _gains;
    private double _gainsElapsed = double.NaN;
    private double _first;
    private double _last;
    private long _samples;

    /// <summary>What is normal for a signal over the day.</summary>
    /// <param name="signal">Its place among the signals.</param>
    public double Normal(int signal) => _states[signal].Normal;

    /// <summary>Takes in a sample.</summary>
    /// <param name="values">A value a signal; NaN = unknown.</param>
    /// <param name="seconds">When it was taken; after the last one.</param>
    /// <param name="isFrozen">True where nothing is to be learned from it: the node is not healthy, or carries what others gave away.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than signals.</exception>
    public Anomaly Observe(ReadOnlySpan<float> values, double seconds, bool isFrozen = false)
    {
        if (values.Length != _signals.Length)
            throw new ArgumentException($"There are {_signals.Length} signals and {values.Length} values.", nameof(values));
        if (_samples == 0)
            _first = _last = seconds;
        var elapsed = Math.Clamp(seconds - _last, 0, LongestStepSeconds);
        _last = seconds;
        if (!isFrozen)
            _samples++;

        if (elapsed != _gainsElapsed)
            (_gains, _gainsElapsed) = (DetectorGains.After(elapsed), elapsed);
        var votes = new FamilyVotes();
        for (var i = 0; i < _signals.Length; i++)
            votes.Add(_signals[i].Family, i, _states[i].Observe(values[i], _signals[i], _gains, isFrozen));
        return Weigh(votes, seconds, elapsed, isFrozen);
    }

    private Anomaly Weigh(in FamilyVotes votes, double seconds, double elapsed, bool isFrozen)
    {
        var score = votes.Score();
        var own = Math.Exp(_ownLevel.Value);
        if (!isFrozen)
            _ownLevel.Add(Math.Log(score + LeastOwnLevel), elapsed);
        if (_samples < Mature || seconds - _first < MatureSeconds)
            return new Anomaly(score, double.NaN, own, votes.MostSignal, false, false);
        // Halfway, in ratios, between one threshold for all nodes and one by the node's own past alone.
        var level = Math.Sqrt(own);
        score = Math.Max(score, level * _shift.Add(score / level, elapsed / SecondsPerMinute));
        var inForce = threshold * level;
        return new Anomaly(score, inForce, own, votes.MostSignal, _latch.Add(score / inForce, seconds), score >= inForce);
    }
}
