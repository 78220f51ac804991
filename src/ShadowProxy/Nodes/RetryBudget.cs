namespace ShadowProxy.Nodes;

/// <summary>
/// What sending requests again may cost a cluster: a token bucket that requests and time fill. Thread-safe.
/// </summary>
/// <param name="perRequest">Tokens that a request earns.</param>
/// <param name="perSecond">Tokens that a second earns.</param>
/// <param name="burst">Tokens held at most, and at first.</param>
internal sealed class RetryBudget(double perRequest, double perSecond, double burst)
{
    private readonly Lock _lock = new();
    private double _spent;
    private int _taken;

    /// <summary>Fills by what requests and time earn; called by the monitor once a tick.</summary>
    /// <param name="requests">Requests forwarded since the last call, those sent again included; these earn nothing.</param>
    /// <param name="seconds">Time since the last call.</param>
    public void Fill(long requests, double seconds)
    {
        lock (_lock)
        {
            _spent = Math.Max(0, _spent - (Math.Max(0, requests - _taken) * perRequest) - (seconds * perSecond));
            _taken = 0;
        }
    }

    /// <summary>Takes a token for a request that is sent again.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_spent > burst - 1)
                return false;
            _spent++;
            _taken++;
            return true;
        }
    }
}
