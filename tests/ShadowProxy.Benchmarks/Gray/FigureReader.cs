using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Faults;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>Reads a run's figures from what became of its requests.</summary>
internal static class FigureReader
{
    /// <summary>Counts a run.</summary>
    /// <param name="scenario">What befell the backends.</param>
    /// <param name="records">All requests that ended.</param>
    /// <param name="executedWork">The ids of the POSTs that the backends executed, once for each execution.</param>
    /// <param name="nodes">How many backends there were.</param>
    public static Figures Read(Scenario scenario, IReadOnlyCollection<LoadRecord> records, IEnumerable<string> executedWork, int nodes)
    {
        var since = scenario.FirstSymptom ?? TimeSpan.Zero;
        var counted = records.Where(record => record.At >= since).ToList();
        var bad = counted.Where(record => record.Failure is not null || record.IsSlow).Select(record => record.At).ToList();
        var sick = scenario.SickBackend is { } index ? BackendGroup.Name(index) : null;
        var lateness = records.Select(record => record.Lateness.TotalMilliseconds).Order().ToArray();
        return new Figures
        {
            Get = Count(counted.Where(record => !record.IsPost)),
            Post = Count(counted.Where(record => record.IsPost)),
            FairShare = sick is null ? 1 : 1.0 / nodes,
            LatenciesMs = [.. counted.Select(record => record.Latency.TotalMilliseconds).Order()],
            LastBadSeconds = bad.Count == 0 ? null : (bad.Max() - since).TotalSeconds,
            Moves = records.Count(record => record.LeftBackend is not null),
            NeedlessMoves = records.Count(record => record.LeftBackend is { } left && left != sick),
            Strays = records.Count(record => record.IsStray),
            DuplicatePosts = executedWork.CountBy(id => id).Sum(id => id.Value - 1L),
            LatenessP99Ms = lateness.Length == 0 ? 0 : lateness[(int)(0.99 * (lateness.Length - 1))],
            LatenessMaxMs = lateness.LastOrDefault(),
            Failures = records.Where(record => record.At >= since && record.Failure is not null)
                .CountBy(record => record.Failure!).ToDictionary(kind => kind.Key, kind => (long)kind.Value),
        };
    }

    private static Tally Count(IEnumerable<LoadRecord> records) => records.Aggregate(default(Tally), (sum, record) =>
        sum + new Tally(1, record.Failure is null ? 0 : 1, record.IsSlow ? 1 : 0));
}
