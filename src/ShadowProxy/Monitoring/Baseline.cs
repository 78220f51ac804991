namespace ShadowProxy.Monitoring;

/// <summary>
/// What is normal for one signal of one node: an exponentially weighted mean and mean absolute deviation ; while
/// there are few samples, their plain means.
/// </summary>
internal struct Baseline
{
    /// <summary>Samples before the baseline is believed.</summary>
    public const int Mature = 100;

    private int _count;

    /// <summary>The normal value.</summary>
    public double Mean { get; private set; }

    /// <summary>The mean absolute deviation from it.</summary>
    public double Deviation { get; private set; }

    /// <summary>Whether there are enough samples to judge by.</summary>
    public readonly bool IsMature => _count >= Mature;

    /// <summary>Takes in a sample.</summary>
    /// <param name="value">The value; not NaN.</param>
    /// <param name="elapsed">Seconds since the last sample.</param>
    /// <param name="trust">How much it counts, 0 to 1: less where it looks unusual.</param>
    /// <param name="timeConstant">Seconds over which it is taken; two minutes by default.</param>
    public void Add(double value, double elapsed, double trust, double timeConstant = 120)
    {
        _count = Math.Min(_count + 1, Mature);
        var part = Math.Max(1.0 / (_count + 1), 1 - Math.Exp(-elapsed / timeConstant));
        if (_count == 1)
            Mean = value;
        else if (IsMature)
            part = Math.Min(part, 1 - Math.Exp(-elapsed / timeConstant)) * trust;
        Deviation += part * (Math.Abs(value - Mean) - Deviation);
        Mean += part * (value - Mean);
    }
}
