using ShadowProxy.Signals.Sources;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Nodes;

/// <summary>All that tells of a node's state, each source apart. Thread-safe: sources write, the monitor and operators read.</summary>
internal sealed class NodeSources
{
    /// <summary>For how long reports are believed that come when they come.</summary>
    private static readonly TimeSpan UnscheduledLife = TimeSpan.FromSeconds(10);

    private readonly SourceReadings?[] _all = new SourceReadings?[SourceKinds.Count];

    public NodeSources()
    {
        Answers = Begin(SourceKind.Answers, UnscheduledLife);
        Push = Begin(SourceKind.Push, UnscheduledLife);
        Probe = Begin(SourceKind.Probe, UnscheduledLife);
    }

    /// <summary>What the node's answers to requests report.</summary>
    public SourceReadings Answers { get; }

    /// <summary>What is handed in at the operators' listener.</summary>
    public SourceReadings Push { get; }

    /// <summary>How many of those are taken.</summary>
    public ReportGate PushGate { get; } = new();

    /// <summary>What the probes find.</summary>
    public SourceReadings Probe { get; }

    /// <summary>All that there are, in the order of <see cref="SourceKind"/>.</summary>
    public IEnumerable<SourceReadings> All
    {
        get
        {
            for (var kind = 0; kind < _all.Length; kind++)
            {
                if (Volatile.Read(ref _all[kind]) is { } readings)
                    yield return readings;
            }
        }
    }

    /// <summary>A source begins to speak; of a kind there is one at a time.</summary>
    public SourceReadings Begin(SourceKind kind, TimeSpan life)
    {
        var readings = new SourceReadings(kind, life);
        Volatile.Write(ref _all[(int)kind], readings);
        return readings;
    }

    /// <summary>A source is no longer asked: what it said is gone with it.</summary>
    public void End(SourceReadings readings) => Interlocked.CompareExchange(ref _all[(int)readings.Kind], null, readings);

    /// <summary>What they report of its load together; allocates nothing.</summary>
    public ReportedLoad Load(long timestamp, long frequency)
    {
        var load = ReportedLoad.Unknown;
        for (var kind = 0; kind < _all.Length; kind++)
        {
            if (Volatile.Read(ref _all[kind])?.FreshReport(timestamp, frequency) is var (report, version))
                load = load.With(report, (SourceKind)kind, version);
        }

        return load;
    }

    /// <summary>A measure of the node's own naming, as the first source gives it that is not stale; NaN where none does.</summary>
    public double Metric(string name, long timestamp, long frequency)
    {
        foreach (var readings in _all.AsSpan())
        {
            if (readings?.FreshReport(timestamp, frequency) is var (report, _)
                && (report.Utilization.TryGetValue(name, out var value) || report.NamedMetrics.TryGetValue(name, out value)))
                return value;
        }

        return double.NaN;
    }

    /// <summary>That a source keeps saying that the node is down; null where none does.</summary>
    public Evidence? SaidDown(long timestamp, long frequency)
    {
        foreach (var readings in _all.AsSpan())
        {
            if (readings?.IsSayingDown(timestamp, frequency) == true)
                return Evidence(readings);
        }

        return null;
    }

    /// <summary>That a source says that the node serves, but not well; null where none does.</summary>
    public Evidence? SaidDegraded(long timestamp, long frequency)
    {
        foreach (var readings in _all.AsSpan())
        {
            if (readings?.FreshWord(timestamp, frequency)?.Condition == NodeCondition.Degraded)
                return Evidence(readings);
        }

        return null;
    }

    /// <summary>That a source announced that the node leaves; null where none did.</summary>
    public Evidence? Leaving(long timestamp, long frequency)
    {
        foreach (var readings in _all.AsSpan())
        {
            if (readings?.IsLeaving(timestamp, frequency) == true)
                return Evidence(readings);
        }

        return null;
    }

    /// <summary>The part of its weight that the node wants of new flows, 0 to 1: the least that a source said, however long ago.</summary>
    public double Weight
    {
        get
        {
            var least = 1.0;
            foreach (var readings in _all.AsSpan())
                least = Math.Min(least, readings?.LastWord?.Weight ?? 1);
            return least;
        }
    }

    /// <summary>How many requests the node takes at once: the fewest that a source said, however long ago; null where none did.</summary>
    public int? MaxConcurrentRequests
    {
        get
        {
            int? fewest = null;
            foreach (var readings in _all.AsSpan())
            {
                if (readings?.LastWord?.MaxConcurrentRequests is { } most)
                    fewest = Math.Min(fewest ?? most, most);
            }

            return fewest;
        }
    }

    private static Evidence Evidence(SourceReadings readings) => new(
        readings.Kind.Name(), double.NaN, double.NaN, double.NaN, double.NaN, $"{readings.Kind.Name()} says {readings.LastWord?.Text}");
}
