using System.Globalization;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Signals.Sources;

/// <summary>
/// What one source has said of one node, and how well it does. What it says goes stale: after its life without a word it counts as unknown,
/// save an announced drain. Thread-safe.
/// </summary>
/// <param name="kind">The source.</param>
/// <param name="life">For how long it is believed.</param>
internal sealed class SourceReadings(SourceKind kind, TimeSpan life)
{
    /// <summary>After so many intervals without a word a source is stale.</summary>
    public const int StaleIntervals = 3;

    /// <summary>So many times in a row a source must say that a node is down.</summary>
    private const int DownWords = 2;

    /// <summary>How long it counts that a load report says that the node leaves: who has no flows may have no way to take it back, or be another process.</summary>
    private const double ReportedLeaveSeconds = 30;

    private static readonly NodeWord Draining = new() { IsLeaving = true, Text = "draining" };

    private readonly Lock _lock = new();
    private TimeSpan _life = life;
    private LoadReport? _report;
    private long _reportedAt;
    private long _reports;
    private NodeWord? _word;
    private long _saidAt;
    private int _downInRow;
    private long _heardAt;
    private long _heard;
    private long _rejected;
    private long _failures;
    private Event _last;
    private string? _error;

    private enum Event
    {
        None,
        Heard,
        Rejected,
        Failed,
    }

    /// <summary>The source.</summary>
    public SourceKind Kind { get; } = kind;

    /// <summary>Reports and words that were taken in.</summary>
    public long Heard => Volatile.Read(ref _heard);

    /// <summary>What was no sense.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>The timestamp of the last report; 0 before the first.</summary>
    public long ReportedAt => Volatile.Read(ref _reportedAt);

    /// <summary>Sets how often the source speaks, by which its life is known.</summary>
    public void Expect(TimeSpan interval)
    {
        lock (_lock)
            _life = StaleIntervals * interval;
    }

    /// <summary>Takes in a load report.</summary>
    public void Report(LoadReport report, long timestamp)
    {
        lock (_lock)
        {
            (_report, _reportedAt) = (report, timestamp);
            _reports++;
            if (report.IsLeaving is { } leaves)
                (_word, _saidAt) = (leaves ? Draining : null, timestamp);
            Hear(timestamp);
        }
    }

    /// <summary>Takes in a word.</summary>
    public void Say(NodeWord word, long timestamp)
    {
        lock (_lock)
        {
            (_word, _saidAt) = (word, timestamp);
            _downInRow = word.Condition == NodeCondition.Down ? _downInRow + 1 : 0;
            Hear(timestamp);
        }
    }

    /// <summary>Counts what is no sense; what was said before stands until it is stale.</summary>
    public void Reject(string error, long timestamp)
    {
        lock (_lock)
        {
            (_last, _error, _heardAt) = (Event.Rejected, error, timestamp);
            _rejected++;
        }
    }

    /// <summary>Notes that the source cannot be heard; what was said before stands until it is stale.</summary>
    /// <returns>True where it did well until now.</returns>
    public bool Fail(string error)
    {
        lock (_lock)
        {
            var isNew = _last != Event.Failed || _error != error;
            (_last, _error) = (Event.Failed, error);
            _failures++;
            return isNew;
        }
    }

    /// <summary>The last report, where it is not stale, and how many there were.</summary>
    public (LoadReport Report, long Count)? FreshReport(long timestamp, long frequency)
    {
        if (Volatile.Read(ref _report) is null)
            return null;
        lock (_lock)
            return _report is not null && IsFresh(_reportedAt, timestamp, frequency) ? (_report, _reports) : null;
    }

    /// <summary>The last word, where it is not stale.</summary>
    public NodeWord? FreshWord(long timestamp, long frequency)
    {
        if (LastWord is null)
            return null;
        lock (_lock)
            return _word is not null && IsFresh(_saidAt, timestamp, frequency) ? _word : null;
    }

    /// <summary>The last word, however old.</summary>
    public NodeWord? LastWord => Volatile.Read(ref _word);

    /// <summary>Whether it has announced that the node leaves, and not taken that back.</summary>
    public bool IsLeaving(long timestamp, long frequency)
    {
        if (LastWord is not { IsLeaving: true })
            return false;
        lock (_lock)
            return _word is { IsLeaving: true } && (_word != Draining || (timestamp - _saidAt) / (double)frequency < ReportedLeaveSeconds);
    }

    /// <summary>Whether it says, and keeps saying, that the node is down.</summary>
    public bool IsSayingDown(long timestamp, long frequency)
    {
        if (LastWord is null)
            return false;
        lock (_lock)
            return _downInRow >= DownWords && IsFresh(_saidAt, timestamp, frequency);
    }

    /// <summary>What an operator is told; null where a source that nobody asked for has never spoken.</summary>
    public SourceStatus? Describe(long timestamp, long frequency)
    {
        lock (_lock)
        {
            if (_last == Event.None && Kind is SourceKind.Answers or SourceKind.Push or SourceKind.Probe && _heard == 0)
                return null;
            var age = _heardAt == 0 ? double.NaN : (timestamp - _heardAt) / (double)frequency;
            return new SourceStatus(Kind.Name(), StateOf(timestamp, frequency), age, Says(timestamp, frequency), _error, _heard, _rejected, _failures);
        }
    }

    private void Hear(long timestamp)
    {
        (_last, _error, _heardAt) = (Event.Heard, null, timestamp);
        _heard++;
    }

    private bool IsFresh(long since, long timestamp, long frequency) => (timestamp - since) / (double)frequency <= _life.TotalSeconds;

    private SourceState StateOf(long timestamp, long frequency) => _last switch
    {
        Event.None => SourceState.Silent,
        Event.Failed => SourceState.Failing,
        _ when !IsFresh(_heardAt, timestamp, frequency) => SourceState.Stale,
        Event.Rejected => SourceState.Nonsense,
        _ => SourceState.Ok,
    };

    private string? Says(long timestamp, long frequency)
    {
        var report = _report is not null && IsFresh(_reportedAt, timestamp, frequency) ? Tell(_report) : "";
        var word = _word is not null && (_word.IsLeaving || IsFresh(_saidAt, timestamp, frequency)) ? _word.Text : "";
        return (word, report) switch { ("", "") => null, ("", _) => report, (_, "") => word, _ => $"{word}; {report}" };
    }

    private static string Tell(LoadReport report) => string.Join(", ", new[]
    {
        Tell("cpu", report.CpuUtilization),
        Tell("memory", report.MemoryUtilization),
        Tell("application", report.ApplicationUtilization),
        double.IsNaN(report.LatencySeconds) ? null : string.Create(CultureInfo.InvariantCulture, $"latency {report.LatencySeconds * 1000:0.#} ms"),
    }.OfType<string>());

    private static string? Tell(string name, double value) =>
        double.IsNaN(value) ? null : string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.00}");
}
