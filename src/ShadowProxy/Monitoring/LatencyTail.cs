namespace ShadowProxy.Monitoring;

/// <summary>
/// The 99th percentile of a route's time to response headers, of late: of each batch of 200 answers the second longest, which a quarter of the
/// way is gone towards, on a logarithmic scale. The first batches are of 50 and 100 answers, and count as much as those before them together:
/// a process answers its first requests slowly, and others should not wait because of these. Thread-safe.
/// </summary>
internal sealed class LatencyTail
{
    private const int FirstBatch = 50;
    private const int Batch = 200;
    private const double Part = 0.25;

    /// <summary>How far one batch may pull: to double or half.</summary>
    private const double MostPerBatch = 0.693;

    private readonly Lock _lock = new();
    private double _log = double.NaN;
    private double _milliseconds = double.NaN;
    private double _longest;
    private double _second;
    private int _count;
    private int _batch = FirstBatch;
    private int _batches;

    /// <summary>The percentile in milliseconds; NaN before the first batch is full.</summary>
    public double Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>Takes in an answer's latency, or how long one was waited for in vain.</summary>
    /// <param name="latencyMs">The latency.</param>
    /// <param name="weight">How many answers it stands for.</param>
    public void Observe(double latencyMs, int weight)
    {
        // An answer that finds it busy is left out: it is a sample.
        if (!_lock.TryEnter())
            return;
        try
        {
            if (latencyMs > _longest)
                (_longest, _second) = (latencyMs, _longest);
            else if (latencyMs > _second)
                _second = latencyMs;
            _count += weight;
            if (_count >= _batch)
                Close();
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Close()
    {
        var log = Math.Log(Math.Max(_second, 0.05));
        var part = Math.Max(Part, 1.0 / ++_batches);
        _log = double.IsNaN(_log) ? log : _log + Math.Clamp((log - _log) * part, -MostPerBatch, MostPerBatch);
        Volatile.Write(ref _milliseconds, Math.Exp(_log));
        (_longest, _second, _count) = (0, 0, 0);
        _batch = Math.Min(2 * _batch, Batch);
    }
}
