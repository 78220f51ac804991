namespace ShadowProxy.Monitoring;

/// <summary>
/// How far a value commonly strays upward from where it should be: the root of the mean square, over ten minutes. Measured on the values
/// themselves, so that it holds whatever makes them stray: answers that waited in one queue are slow together, and no count of them says by
/// how much chance moves their mean.
/// </summary>
/// <remarks>An excursion counts once it has ended by itself. Until then it may be trouble that begins, and is not to pass for common.</remarks>
internal struct Spread
{
    private const double Seconds = 600;

    /// <summary>What lasts longer is no excursion.</summary>
    private const double LongestSeconds = 60;

    /// <summary>An excursion is what is above this part of the threshold.</summary>
    private const double ExcursionFrom = 0.25;

    /// <summary>So many samples the presumption weighs.</summary>
    private const int Presumed = 20;

    private double _square;
    private int _count;
    private double _pendingSquares;
    private double _pendingSeconds;
    private int _pending;

    /// <summary>The spread.</summary>
    /// <param name="presumption">What it is taken for before anything is known.</param>
    public readonly double Value(double presumption) =>
        Math.Sqrt(((_count * _square) + (Presumed * presumption * presumption)) / (_count + Presumed));

    /// <summary>Takes in a sample.</summary>
    /// <param name="excess">How far the value is above where it should be; below counts as 0.</param>
    /// <param name="elapsed">Seconds since the last sample.</param>
    /// <param name="threshold">From where on it is unusual; what is further counts as that.</param>
    public void Add(double excess, double elapsed, double threshold)
    {
        var counted = Math.Clamp(excess, 0, threshold);
        _pendingSquares += counted * counted;
        _pendingSeconds += elapsed;
        _pending++;
        if (_pendingSeconds > LongestSeconds)
            Discard();
        if (counted > ExcursionFrom * threshold || _pending == 0)
            return;
        _count = Math.Min(_count + _pending, int.MaxValue / 2);
        var part = Math.Max((double)_pending / _count, 1 - Math.Exp(-_pendingSeconds / Seconds));
        _square += part * ((_pendingSquares / _pending) - _square);
        Discard();
    }

    /// <summary>The excursion that goes on was trouble.</summary>
    public void Discard() => (_pendingSquares, _pendingSeconds, _pending) = (0, 0, 0);
}
