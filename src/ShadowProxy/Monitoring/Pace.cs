namespace ShadowProxy.Monitoring;

/// <summary>How much more often something happens than it usually does. The monitor's thread alone uses it.</summary>
internal struct Pace
{
    private const double Seconds = 2.5;

    private Baseline _usual;
    private double _perSecond;
    private double _lately;

    /// <summary>
    /// The part by which it happens more often lately than usual, beyond a standard deviation of what comes at random (Poisson); 0 where it
    /// does not, or the usual is not known yet.
    /// </summary>
    public readonly double Surplus =>
        _usual is { IsMature: true, Mean: > 0 } ? Math.Max(0, (_lately / _usual.Mean) - 1 - (1 / Math.Sqrt(2 * Seconds * _usual.Mean))) : 0;

    /// <summary>Takes in a tick.</summary>
    /// <param name="count">How often it happened.</param>
    /// <param name="elapsed">Seconds since the last tick.</param>
    public void Observe(long count, double elapsed)
    {
        _perSecond = count / elapsed;
        _lately += (1 - Math.Exp(-elapsed / Seconds)) * (_perSecond - _lately);
    }

    /// <summary>Takes the last tick for usual.</summary>
    /// <param name="elapsed">Seconds since the last tick.</param>
    public void Learn(double elapsed) => _usual.Add(_perSecond, elapsed, trust: 1);
}
