namespace ShadowProxy.Nodes;

/// <summary>
/// What retries may cost a cluster: a token bucket filled by a fifth of a token a request and three a second, holding fifty at most.
/// Thread-safe.
/// </summary>
internal sealed class RetryBudget
{
    private const double Burst = 50;
    private const double PerRequest = 0.2;
    private const double PerSecond = 3;

    private readonly Lock _lock = new();
    private double _tokens = Burst;
    private int _taken;

    /// <summary>Fills by what requests and time earn; called by the monitor once a tick.</summary>
    /// <param name="requests">Requests forwarded since the last call, retries included; these earn nothing.</param>
    /// <param name="seconds">Time since the last call.</param>
    public void Fill(long requests, double seconds)
    {
        lock (_lock)
        {
            _tokens = Math.Min(Burst, _tokens + (Math.Max(0, requests - _taken) * PerRequest) + (seconds * PerSecond));
            _taken = 0;
        }
    }

    /// <summary>Takes a token for a retry.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_tokens < 1)
                return false;
            _tokens--;
            _taken++;
            return true;
        }
    }
}
