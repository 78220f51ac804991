namespace ShadowProxy.Nodes;

/// <summary>
/// What sending requests again may cost a cluster: at any time, of the requests of the last ten seconds a part, and so many a second. Thread-safe.
/// </summary>
/// <remarks>A window, not a bucket: a cluster that was well for an hour has saved up nothing, and one whose node dies has ten seconds' worth at once.</remarks>
/// <param name="perRequest">Sent again at most, for each request.</param>
/// <param name="perSecond">Sent again at most, for each second.</param>
internal sealed class RetryBudget(double perRequest, double perSecond)
{
    private const int WindowSeconds = 10;
    private const int SlicesPerSecond = 10;

    /// <summary>So that a tick of a tenth of a second ends a slice, whatever its rounding.</summary>
    private const double Tolerance = 1e-6;

    private readonly Lock _lock = new();
    private readonly Slice[] _slices = new Slice[WindowSeconds * SlicesPerSecond];
    private int _current;
    private double _inCurrent;
    private Slice _sum;
    private long _takenSinceFill;

    /// <summary>Takes in the requests and the time since the last call; called by the monitor once a tick.</summary>
    /// <param name="requests">Requests forwarded since the last call, those sent again included; these earn nothing.</param>
    /// <param name="seconds">Time since the last call.</param>
    public void Fill(long requests, double seconds)
    {
        lock (_lock)
        {
            // Below zero where those that were sent again outlast the tick; they make up for it in a later one.
            var own = requests - _takenSinceFill;
            _takenSinceFill = 0;
            _slices[_current].Requests += own;
            _sum.Requests += own;
            _inCurrent = Math.Min(_inCurrent + (seconds * SlicesPerSecond), _slices.Length);
            for (; _inCurrent > 1 - Tolerance; _inCurrent--)
                Next();
        }
    }

    /// <summary>Takes what one request that is sent again costs; false where it is not there.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_sum.Taken + 1 > (Math.Max(0, _sum.Requests) * perRequest) + (WindowSeconds * perSecond))
                return false;
            _slices[_current].Taken++;
            _sum.Taken++;
            _takenSinceFill++;
            return true;
        }
    }

    /// <summary>Begins a slice of time in the place of the oldest.</summary>
    private void Next()
    {
        _current = (_current + 1) % _slices.Length;
        ref var oldest = ref _slices[_current];
        _sum.Requests -= oldest.Requests;
        _sum.Taken -= oldest.Taken;
        oldest = default;
    }

    private struct Slice
    {
        public long Requests;
        public long Taken;
    }
}
