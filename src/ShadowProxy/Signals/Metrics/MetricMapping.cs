using System.Globalization;
using ShadowProxy.Configuration;

namespace ShadowProxy.Signals.Metrics;

/// <summary>Makes load reports of metrics, by the formulas of the configuration. Immutable; safe for all threads.</summary>
internal sealed class MetricMapping
{
    private readonly MetricSelectors _selectors = new();
    private readonly MetricFormula.Bound[] _cpu;
    private readonly MetricFormula.Bound[] _memory;
    private readonly MetricFormula.Bound[] _saturation;
    private readonly MetricFormula.Bound[] _latency;

    public MetricMapping(MetricsSettings settings)
    {
        var preset = MetricPresets.Of(settings.Preset);
        _cpu = Bind(settings.Cpu, preset.Cpu);
        _memory = Bind(settings.Memory, preset.Memory);
        _saturation = Bind(settings.Saturation, preset.Saturation);
        _latency = Bind(settings.Latency, preset.Latency);
    }

    /// <summary>An empty scrape.</summary>
    /// <param name="seconds">When, in seconds of any clock.</param>
    public MetricTotals Begin(double seconds) => new(_selectors, seconds);

    /// <summary>Makes the report.</summary>
    /// <param name="now">The scrape.</param>
    /// <param name="before">The scrape before; null where this is the first, of which no counter says anything.</param>
    /// <param name="report">The report; what is not known of it is NaN.</param>
    /// <returns>Null, or what is wrong with it.</returns>
    public string? Read(MetricTotals now, MetricTotals? before, out LoadReport report)
    {
        report = new LoadReport
        {
            CpuUtilization = Highest(_cpu, now, before),
            MemoryUtilization = Highest(_memory, now, before),
            ApplicationUtilization = Highest(_saturation, now, before),
            LatencySeconds = Highest(_latency, now, before),
        };
        // By a hair, sums of decimal fractions pass their whole.
        return report.MemoryUtilization > 1.001
            ? string.Create(CultureInfo.InvariantCulture, $"the memory is {report.MemoryUtilization:0.###}; 0 to 1 would be right")
            : null;
    }

    /// <summary>Whether anything is known.</summary>
    public static bool IsEmpty(LoadReport report) =>
        double.IsNaN(report.CpuUtilization) && double.IsNaN(report.MemoryUtilization)
        && double.IsNaN(report.ApplicationUtilization) && double.IsNaN(report.LatencySeconds);

    private MetricFormula.Bound[] Bind(string? own, IReadOnlyList<string> preset) =>
        [.. (own is null ? preset : [own]).Select(text => MetricFormula.Parse(text).Bind(_selectors))];

    private static double Highest(MetricFormula.Bound[] formulas, MetricTotals now, MetricTotals? before)
    {
        var highest = double.NaN;
        foreach (var formula in formulas)
        {
            if (formula.Evaluate(now, before) is var value && !(value <= highest) && !double.IsNaN(value))
                highest = value;
        }

        return highest;
    }
}
