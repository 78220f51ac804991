namespace ShadowProxy.Nodes;

/// <summary>Lets so many reports of a node pass as it may hand in: ten a second, by a token bucket. Thread-safe.</summary>
internal sealed class ReportGate
{
    /// <summary>Reports a second, and at once.</summary>
    public const int PerSecond = 10;

    private readonly Lock _lock = new();
    private double _tokens = PerSecond;
    private long _filledAt;

    /// <summary>Whether one more may pass.</summary>
    public bool TryPass(long timestamp, long frequency)
    {
        lock (_lock)
        {
            _tokens = Math.Min(PerSecond, _tokens + (PerSecond * (timestamp - _filledAt) / (double)frequency));
            _filledAt = timestamp;
            if (_tokens < 1)
                return false;
            _tokens--;
            return true;
        }
    }
}
