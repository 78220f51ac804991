namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>Medians over all rounds of a row.</summary>
/// <param name="Proxy">The proxy's name.</param>
/// <param name="CpuMs">CPU milliseconds for 1,000 requests without pause.</param>
/// <param name="Ratio">That over the reference's in the same round.</param>
/// <param name="RequestsPerSecond">Without pause.</param>
/// <param name="PacedCpuMs">CPU milliseconds for 1,000 requests at the row's rate.</param>
/// <param name="PacedRatio">That over the reference's in the same round.</param>
/// <param name="P50Ms">Latency at the row's rate.</param>
/// <param name="P99Ms">Latency at the row's rate.</param>
/// <param name="MemoryMiB">Memory under load.</param>
/// <param name="AllocatedBytes">Managed bytes a request without pause.</param>
/// <param name="Failed">Requests that failed, in all rounds.</param>
internal sealed record ProxyFigures(
    string Proxy, double? CpuMs, Ratio Ratio, double? RequestsPerSecond, double? PacedCpuMs, Ratio PacedRatio,
    double? P50Ms, double? P99Ms, double? MemoryMiB, double? AllocatedBytes, long Failed)
{
    /// <summary>Makes them of a row's samples.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="samples">Of all proxies.</param>
    /// <param name="reference">The proxy that it is compared with; it may not be among them.</param>
    public static ProxyFigures Of(string proxy, IReadOnlyList<Sample> samples, string reference)
    {
        var own = samples.Where(sample => sample.Proxy == proxy).ToArray();
        var pairs = own
            .Join(samples.Where(sample => sample.Proxy == reference), one => one.Round, other => other.Round, (one, other) => (one, other))
            .ToArray();
        return new ProxyFigures(
            proxy,
            Median(sample => sample.Saturated.CpuMs),
            Ratio.Of(pairs.Select(pair => pair.one.Saturated.CpuMs / pair.other.Saturated.CpuMs)),
            Median(sample => sample.Saturated.RequestsPerSecond),
            Median(sample => sample.Paced?.CpuMs),
            Ratio.Of(pairs.Select(pair => pair.one.Paced?.CpuMs / pair.other.Paced?.CpuMs)),
            Median(sample => sample.Paced?.P50Ms),
            Median(sample => sample.Paced?.P99Ms),
            Median(sample => sample.MemoryMiB),
            Median(sample => sample.Saturated.AllocatedBytes),
            own.Sum(sample => sample.Saturated.Failed + (sample.Paced?.Failed ?? 0)));

        double? Median(Func<Sample, double?> figure) => Statistics.Median(own.Select(figure));
    }
}

/// <summary>One proxy's cost over another's, round by round: the machine's noise hits both.</summary>
internal sealed record Ratio(double? Median, double? Lowest, double? Highest)
{
    public static Ratio Of(IEnumerable<double?> ratios)
    {
        var known = ratios.OfType<double>().ToArray();
        return known.Length == 0 ? new(null, null, null) : new(Statistics.Median(known.Cast<double?>()), known.Min(), known.Max());
    }
}
