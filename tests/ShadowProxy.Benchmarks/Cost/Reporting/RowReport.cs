using System.Globalization;

namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>What a row says.</summary>
/// <param name="Name">The workload's name.</param>
/// <param name="Title">The workload in words.</param>
/// <param name="Rate">Requests a second at the fixed rate; null where there was none.</param>
/// <param name="Proxies">Medians.</param>
/// <param name="Samples">Each measurement.</param>
internal sealed record RowReport(string Name, string Title, double? Rate, IReadOnlyList<ProxyFigures> Proxies, IReadOnlyList<Sample> Samples)
{
    private const string None = "–";

    /// <summary>The proxies side by side, in Markdown.</summary>
    public string ToTable()
    {
        var rate = Rate is { } value ? Number(value, 0) : "a fixed rate";
        return MarkdownTable.Write(
        [
            [
                "proxy", "CPU ms / 1,000", "÷ yarp", "lowest–highest", "requests/s",
                $"at {rate}/s: CPU ms / 1,000", "÷ yarp", "lowest–highest", "p50 ms", "p99 ms",
                "MiB", "allocated B/request", "failed",
            ],
            .. Proxies.Select(Line),
        ]);
    }

    private static string[] Line(ProxyFigures figures) =>
    [
        figures.Proxy, Number(figures.CpuMs, 1), .. Ratio(figures.Ratio), Number(figures.RequestsPerSecond, 0),
        Number(figures.PacedCpuMs, 1), .. Ratio(figures.PacedRatio), Number(figures.P50Ms, 2), Number(figures.P99Ms, 2),
        Number(figures.MemoryMiB, 0), Number(figures.AllocatedBytes, 0), Number(figures.Failed, 0),
    ];

    private static string[] Ratio(Ratio ratio) =>
        [Number(ratio.Median, 2), ratio.Median is null ? None : $"{Number(ratio.Lowest, 2)}–{Number(ratio.Highest, 2)}"];

    private static string Number(double? value, int digits) => value?.ToString($"N{digits}", CultureInfo.InvariantCulture) ?? None;
}
