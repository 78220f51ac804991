namespace ShadowProxy.Prediction;

/// <summary>
/// A straight line through recent samples, by least squares with exponentially decaying weights, in constant memory. The sums are kept
/// relative to the last sample's time, so that no precision is lost however long it runs.
/// </summary>
/// <param name="timeConstant">Seconds after which a sample weighs 1/e.</param>
internal struct TrendLine(double timeConstant)
{
    private double _at;
    private double _w;
    private double _t;
    private double _tt;
    private double _y;
    private double _ty;
    private double _yy;

    /// <summary>The sum of the weights: about how many samples the line rests on.</summary>
    public readonly double Weight => _w;

    /// <summary>Adds a sample.</summary>
    public void Add(double value, double seconds)
    {
        var elapsed = _w == 0 ? 0 : Math.Max(0, seconds - _at);
        _at = seconds;
        // Moves the origin of time to now, then lets all weights decay.
        _tt += elapsed * ((elapsed * _w) - (2 * _t));
        _ty -= elapsed * _y;
        _t -= elapsed * _w;
        var decay = Math.Exp(-elapsed / timeConstant);
        _w = (_w * decay) + 1;
        _t *= decay;
        _tt *= decay;
        _ty *= decay;
        _y = (_y * decay) + value;
        _yy = (_yy * decay) + (value * value);
    }

    /// <summary>The line: its value now, its slope a second, the slope's standard error, and the scatter around it.</summary>
    /// <returns>False where there are too few samples, or all were taken at one time.</returns>
    public readonly bool TryFit(out double level, out double slope, out double slopeError, out double scatter)
    {
        level = slope = slopeError = scatter = 0;
        var spread = _tt - (_t * _t / _w);
        if (_w < 4 || spread <= 1e-9)
            return false;
        slope = (_ty - (_t * _y / _w)) / spread;
        level = (_y - (slope * _t)) / _w;
        var residual = Math.Max(0, (_yy - (level * _y) - (slope * _ty)) / (_w - 2));
        scatter = Math.Sqrt(residual);
        slopeError = Math.Sqrt(residual / spread);
        return true;
    }
}
