using System.Globalization;
using System.Text.Json;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>What one run cost the proxy.</summary>
internal sealed record RunCost(double CpuMicroseconds, double RequestsPerSecond, double AllocatedBytes, double P50Ms, double P99Ms)
{
    public static RunCost From(Usage used, LoadResult load) => new(
        used.Cpu.TotalMicroseconds / load.Requests,
        load.Requests / load.Elapsed.TotalSeconds,
        (double)used.Allocated / load.Requests,
        load.P50.TotalMilliseconds,
        load.P99.TotalMilliseconds);

    public static RunCost MedianOf(IReadOnlyList<RunCost> runs) => new(
        CostReport.Median(runs.Select(run => run.CpuMicroseconds)),
        CostReport.Median(runs.Select(run => run.RequestsPerSecond)),
        CostReport.Median(runs.Select(run => run.AllocatedBytes)),
        CostReport.Median(runs.Select(run => run.P50Ms)),
        CostReport.Median(runs.Select(run => run.P99Ms)));
}

/// <summary>The same load through both proxies, one right after the other.</summary>
internal sealed record RoundCost(RunCost Plain, RunCost Shadow)
{
    /// <summary>CPU a request through ShadowProxy over CPU a request through plain YARP.</summary>
    public double Ratio => Shadow.CpuMicroseconds / Plain.CpuMicroseconds;
}

/// <summary>All rounds, and what they say.</summary>
/// <param name="Compared">What was compared with plain YARP.</param>
/// <param name="RequestsPerRun">The same for every run.</param>
/// <param name="Rounds">In the order of measurement.</param>
internal sealed record CostReport(string Compared, int RequestsPerRun, IReadOnlyList<RoundCost> Rounds)
{
    public RunCost Plain => RunCost.MedianOf([.. Rounds.Select(round => round.Plain)]);

    public RunCost Shadow => RunCost.MedianOf([.. Rounds.Select(round => round.Shadow)]);

    /// <summary>The figure to look at: machine noise hits both halves of a round, and odd rounds do not move a median.</summary>
    public double MedianRatio => Median(Rounds.Select(round => round.Ratio));

    public static string Header => $"{"",-14}{"µs CPU/req",12}{"req/s",10}{"B/req",10}{"p50 ms",10}{"p99 ms",10}";

    public static string Row(string name, RunCost run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-14}{run.CpuMicroseconds,12:F2}{run.RequestsPerSecond,10:F0}{run.AllocatedBytes,10:F0}{run.P50Ms,10:F2}{run.P99Ms,10:F2}");

    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"CPU a request, {Compared} / plain: median {MedianRatio:F3} of {Rounds.Count} pairs (lowest {Rounds.Min(round => round.Ratio):F3}, highest {Rounds.Max(round => round.Ratio):F3})");

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
