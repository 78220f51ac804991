namespace ShadowProxy.Monitoring.Detection;

/// <summary>
/// A high quantile of a value that is sampled over a long time, followed by small steps: up where the value is above it, down where it is
/// below, in such proportion that they balance at the quantile (stochastic approximation, Robbins and Monro 1951).
/// </summary>
/// <param name="quantile">Which, between 0 and 1.</param>
/// <param name="timeConstantSeconds">Over what time it follows.</param>
/// <param name="spread">About how far the value scatters.</param>
internal struct OwnQuantile(double quantile, double timeConstantSeconds, double spread)
{
    private double _seen;

    /// <summary>The estimate; 0 before the first value.</summary>
    public double Value { get; private set; }

    /// <summary>Takes in a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="elapsed">Seconds since the last one.</param>
    public void Add(double value, double elapsed)
    {
        if (_seen++ == 0)
            Value = value;
        var step = Math.Max(elapsed / timeConstantSeconds, 2 / _seen) * spread;
        if (value > Value)
            Value = Math.Min(value, Value + (step * quantile / (1 - quantile)));
        else
            Value -= step;
    }
}
