namespace ShadowProxy.Monitoring.Detection;

/// <summary>What the detector keeps of one signal of one node: its baselines over minutes, two hours and a day.</summary>
internal struct SignalState
{
    /// <summary>Samples before a signal is believed.</summary>
    public const int Mature = 100;

    /// <summary>How much a fall counts, where it counts: most harm shows as a rise.</summary>
    private const double FallWeight = 0.5;

    /// <summary>How much a move counts that the fast baseline alone sees: it forgets too soon to know what is usual.</summary>
    private const double FastWeight = 0.6;

    private SpreadBaseline _fast;
    private SpreadBaseline _hours;
    private SpreadBaseline _day;
    private int _count;

    /// <summary>The day's normal, in the signal's own unit.</summary>
    public readonly double Normal => Square(_day.Mean);

    /// <summary>How unusual a value is, in standard deviations; and takes it in.</summary>
    /// <param name="value">The value; NaN = unknown, which is not unusual.</param>
    /// <param name="signal">Facts about the signal.</param>
    /// <param name="gains">What the baselines take on of it.</param>
    /// <param name="isFrozen">True where they take on nothing.</param>
    public double Observe(double value, DetectorSignal signal, in DetectorGains gains, bool isFrozen)
    {
        if (double.IsNaN(value))
            return 0;
        // Counts and shares scatter in proportion to their root, which makes high and low ones comparable (Bartlett 1936).
        var root = Math.CopySign(Math.Sqrt(Math.Abs(value)), value);
        if (_count == 0)
        {
            _fast.Begin(root);
            _hours.Begin(root);
            _day.Begin(root);
        }

        if (!isFrozen)
            _count++;
        var taken = isFrozen ? default : gains.AtLeast(1.0 / _count);
        var fast = _fast.Observe(root, signal.Floor, taken.Fast);
        var hours = _hours.Observe(root, signal.Floor, taken.Hours);
        var day = _day.Observe(root, signal.Floor, taken.Day);
        return _count < Mature ? 0 : Math.Max(FastWeight * Harm(fast, signal), Math.Max(Harm(hours, signal), Harm(day, signal)));
    }

    private static double Harm(double deviation, DetectorSignal signal) =>
        deviation >= 0 ? deviation : signal.RisesOnly ? 0 : FallWeight * -deviation;

    private static double Square(double root) => Math.CopySign(root * root, root);
}
