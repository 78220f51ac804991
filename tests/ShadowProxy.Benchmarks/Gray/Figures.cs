namespace ShadowProxy.Benchmarks.Gray;

/// <summary>Requests of one kind, and what became of them.</summary>
/// <param name="Requests">How many were sent.</param>
/// <param name="Failed">Of these, those that failed: 5xx, a broken or refused connection, a time-out.</param>
/// <param name="Slow">Of these, those that were answered after more than 100 ms.</param>
internal readonly record struct Tally(long Requests, long Failed, long Slow)
{
    public static Tally operator +(Tally one, Tally other) =>
        new(one.Requests + other.Requests, one.Failed + other.Failed, one.Slow + other.Slow);
}

/// <summary>What users saw of a proxy under a fault, in one run or over several. Counted from the first symptom on, where there is one.</summary>
internal sealed record Figures
{
    /// <summary>The GETs.</summary>
    public required Tally Get { get; init; }

    /// <summary>The POSTs.</summary>
    public required Tally Post { get; init; }

    /// <summary>The sick node's fair share of the traffic; 1 where no node stands out.</summary>
    public required double FairShare { get; init; }

    /// <summary>Latencies of all these requests, ascending, milliseconds; of failed ones until they failed.</summary>
    internal required double[] LatenciesMs { get; init; }

    /// <summary>When the last request was sent that failed or was slow, seconds after the symptom; null without any.</summary>
    public required double? LastBadSeconds { get; init; }

    /// <summary>How often a session went on with another node than before, in the whole run.</summary>
    public required long Moves { get; init; }

    /// <summary>Of these, those that left a node that was not the sick one; all, where none is.</summary>
    public required long NeedlessMoves { get; init; }

    /// <summary>Answers of another node than the session's, such as those to retries and hedges, in the whole run.</summary>
    public required long Strays { get; init; }

    /// <summary>Executions of a POST beyond its first, in the whole run.</summary>
    public required long DuplicatePosts { get; init; }

    /// <summary>How late the load itself was, 99th percentile of the whole run, milliseconds; the worst run's.</summary>
    public required double LatenessP99Ms { get; init; }

    /// <summary>How late it was at most, milliseconds.</summary>
    public required double LatenessMaxMs { get; init; }

    /// <summary>What requests died of, and how many of each.</summary>
    public required IReadOnlyDictionary<string, long> Failures { get; init; }

    /// <summary>All requests.</summary>
    public Tally All => Get + Post;

    /// <summary>Requests that failed or were slow, percent.</summary>
    public double BadPercent => All.Requests == 0 ? 0 : 100.0 * (All.Failed + All.Slow) / All.Requests;

    /// <summary>Requests that failed, percent.</summary>
    public double FailedPercent => All.Requests == 0 ? 0 : 100.0 * All.Failed / All.Requests;

    /// <summary>What is bad over the sick node's fair share: 100 where all that would have gone to it went bad.</summary>
    public double BadPercentOfShare => BadPercent / FairShare;

    /// <summary>Median latency, milliseconds.</summary>
    public double P50Ms => Percentile(0.5);

    /// <summary>99th percentile, milliseconds.</summary>
    public double P99Ms => Percentile(0.99);

    /// <summary>99.9th percentile, milliseconds.</summary>
    public double P999Ms => Percentile(0.999);

    /// <summary>
    /// True where the load could not be sent in time, for the machine had other things to do: such a run's latencies say little.
    /// </summary>
    public bool Disturbed => LatenessP99Ms > 20;

    /// <summary>Pools runs of one proxy and fault.</summary>
    public static Figures Pool(IReadOnlyCollection<Figures> runs) => new()
    {
        Get = runs.Aggregate(default(Tally), (sum, run) => sum + run.Get),
        Post = runs.Aggregate(default(Tally), (sum, run) => sum + run.Post),
        FairShare = runs.First().FairShare,
        LatenciesMs = [.. runs.SelectMany(run => run.LatenciesMs).Order()],
        LastBadSeconds = runs.Max(run => run.LastBadSeconds),
        Moves = runs.Sum(run => run.Moves),
        NeedlessMoves = runs.Sum(run => run.NeedlessMoves),
        Strays = runs.Sum(run => run.Strays),
        DuplicatePosts = runs.Sum(run => run.DuplicatePosts),
        LatenessP99Ms = runs.Max(run => run.LatenessP99Ms),
        LatenessMaxMs = runs.Max(run => run.LatenessMaxMs),
        Failures = runs.SelectMany(run => run.Failures).GroupBy(entry => entry.Key, entry => entry.Value)
            .ToDictionary(kind => kind.Key, kind => kind.Sum()),
    };

    private double Percentile(double share) =>
        LatenciesMs.Length == 0 ? 0 : LatenciesMs[(int)Math.Min(LatenciesMs.Length - 1, Math.Ceiling(share * LatenciesMs.Length) - 1)];
}
