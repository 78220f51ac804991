namespace ShadowProxy.Lab.Load;

/// <summary>How a load stands, or ended. Latency counts from the intended send time to the end of the answer, of failed requests too.</summary>
public sealed record LoadStatus
{
    /// <summary>An answer that takes longer than this is slow: 100 ms.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Requests that were answered or failed.</summary>
    public long Requests { get; init; }

    /// <summary>Of these, those that failed: 5xx, a broken or refused connection, a time-out.</summary>
    public long Failed { get; init; }

    /// <summary>Requests that did not fail, and took longer than <see cref="SlowAfter"/>.</summary>
    public long Slow { get; init; }

    /// <summary>Requests sent and not yet ended.</summary>
    public int InFlight { get; init; }

    /// <summary>How often a client with its cookie was answered by another backend than the time before.</summary>
    public long SessionMoves { get; init; }

    /// <summary>Median latency, milliseconds; null before the first request has ended.</summary>
    public double? P50Ms { get; init; }

    /// <summary>99th percentile of the latency, milliseconds; null before the first request has ended.</summary>
    public double? P99Ms { get; init; }

    /// <summary>99.9th percentile of the latency, milliseconds; null before the first request has ended.</summary>
    public double? P999Ms { get; init; }

    /// <summary>
    /// 99th percentile of how late the load itself sent its requests, milliseconds. Above some 20 ms the machine was busy with
    /// something else, and the latencies say little.
    /// </summary>
    public double? LatenessP99Ms { get; init; }

    /// <summary>How late the load itself was at most, milliseconds.</summary>
    public double? LatenessMaxMs { get; init; }

    /// <summary>What failed requests died of, and how many of each: a status, <c>timeout</c>, <c>ConnectionError</c>, …</summary>
    public IReadOnlyDictionary<string, long> Failures { get; init; } = new Dictionary<string, long>();
}
