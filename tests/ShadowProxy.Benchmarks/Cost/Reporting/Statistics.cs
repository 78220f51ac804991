namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>Medians: odd rounds do not move them.</summary>
internal static class Statistics
{
    public static double? Median(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
