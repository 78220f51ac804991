namespace ShadowProxy.NodeAgent;

/// <summary>A rate, from a growing count: the exponentially weighted mean with a time constant of 2 s. Starts at 0.</summary>
internal struct RateAverage
{
    private const double TimeConstantSeconds = 2;
    private long _count;

    /// <summary>Events a second.</summary>
    public double Value { get; private set; }

    public void Update(long count, TimeSpan elapsed)
    {
        if (elapsed <= TimeSpan.Zero)
            return;

        var rate = (count - _count) / elapsed.TotalSeconds;
        Value += (1 - Math.Exp(-elapsed.TotalSeconds / TimeConstantSeconds)) * (rate - Value);
        _count = count;
    }
}
