namespace ShadowProxy.Monitoring.Detection;

/// <summary>
/// What is normal for a signal over one horizon: an exponentially weighted mean, and the standard deviation from it, weighted over a
/// longer time; while there are few samples, their plain means. A sample counts no further out than <see cref="Clip"/> deviations.
/// </summary>
internal struct SpreadBaseline
{
    /// <summary>Deviations beyond which a sample pulls no harder.</summary>
    public const double Clip = 20;

    private double _variance;

    /// <summary>The normal value.</summary>
    public double Mean { get; private set; }

    /// <summary>The standard deviation from it.</summary>
    public readonly double Deviation => Math.Sqrt(_variance);

    /// <summary>Begins with a value.</summary>
    public void Begin(double value) => (Mean, _variance) = (value, 0);

    /// <summary>How many deviations a value is from normal, and takes it in.</summary>
    /// <param name="value">The value; not NaN.</param>
    /// <param name="floor">What is added to the deviation; above 0.</param>
    /// <param name="gain">What it takes on of it.</param>
    public double Observe(double value, double floor, in DetectorGain gain)
    {
        var scale = Deviation + floor;
        var residual = value - Mean;
        var clipped = Math.Clamp(residual, -Clip * scale, Clip * scale);
        _variance += gain.Deviation * ((clipped * clipped) - _variance);
        Mean += gain.Mean * clipped;
        return residual / scale;
    }
}
