namespace ShadowProxy.Benchmarks.Cost.Loads;

/// <summary>Clients of one server.</summary>
internal interface ILoad
{
    /// <summary>Sends requests for a time.</summary>
    /// <param name="rate">How many a second; infinite: without pause.</param>
    /// <param name="length">How long.</param>
    /// <param name="cancellation">Ends it early.</param>
    Task<LoadResult> RunAsync(double rate, TimeSpan length, CancellationToken cancellation);
}

/// <summary>What one run of a load saw.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="Failed">How many of them not with success, or not at all.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="P50">Half of the latencies were under this; zero where they were not measured.</param>
/// <param name="P99">99% of the latencies were under this; zero where they were not measured.</param>
internal readonly record struct LoadResult(long Requests, long Failed, TimeSpan Elapsed, TimeSpan P50 = default, TimeSpan P99 = default)
{
    public double RequestsPerSecond => Requests / Elapsed.TotalSeconds;

    /// <summary>The value under which a part of sorted values is.</summary>
    public static T Quantile<T>(T[] sorted, double part) => sorted[(int)(part * (sorted.Length - 1))];
}
