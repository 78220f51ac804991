using HdrHistogram;

namespace ShadowProxy.Lab.Load;

/// <summary>Counts what becomes of requests. Thread-safe; a reading is consistent in itself.</summary>
internal sealed class LoadRecorder
{
    private const long LongestMicroseconds = 10L * 60 * 1_000_000;
    private const int SignificantDigits = 3;

    private readonly Lock _gate = new();
    private readonly LongHistogram _latency = new(LongestMicroseconds, SignificantDigits);
    private readonly LongHistogram _lateness = new(LongestMicroseconds, SignificantDigits);
    private readonly Dictionary<string, long> _failures = [];
    private long _requests, _failed, _slow, _sessionMoves;
    private int _inFlight;

    /// <summary>A request goes out.</summary>
    /// <param name="lateness">How long after its intended time.</param>
    public void Sent(TimeSpan lateness)
    {
        lock (_gate)
        {
            _inFlight++;
            Record(_lateness, lateness);
        }
    }

    /// <summary>A request was answered, or failed.</summary>
    public void Ended(in LoadRecord record)
    {
        lock (_gate)
        {
            _inFlight--;
            _requests++;
            Record(_latency, record.Latency);
            if (record.IsSlow)
                _slow++;
            if (record.LeftBackend is not null)
                _sessionMoves++;
            if (record.Failure is { } failure)
            {
                _failed++;
                _failures[failure] = _failures.GetValueOrDefault(failure) + 1;
            }
        }
    }

    /// <summary>A request was given up because the load was stopped; it counts for nothing.</summary>
    public void Abandoned()
    {
        lock (_gate)
            _inFlight--;
    }

    /// <summary>Reads everything at once.</summary>
    public LoadStatus Read(TimeSpan elapsed)
    {
        lock (_gate)
        {
            return new LoadStatus
            {
                Elapsed = elapsed,
                Requests = _requests,
                Failed = _failed,
                Slow = _slow,
                InFlight = _inFlight,
                SessionMoves = _sessionMoves,
                P50Ms = Percentile(_latency, 50),
                P99Ms = Percentile(_latency, 99),
                P999Ms = Percentile(_latency, 99.9),
                LatenessMaxMs = Percentile(_lateness, 100),
                LatenessP99Ms = Percentile(_lateness, 99),
                Failures = new Dictionary<string, long>(_failures),
            };
        }
    }

    private static void Record(LongHistogram histogram, TimeSpan value) =>
        histogram.RecordValue(Math.Clamp((long)value.TotalMicroseconds, 0, LongestMicroseconds));

    private static double? Percentile(LongHistogram histogram, double percentile) =>
        histogram.TotalCount == 0 ? null : histogram.GetValueAtPercentile(percentile) / 1000.0;
}
