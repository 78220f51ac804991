using System.Globalization;
using ShadowProxy.Lab.Summary;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ShadowProxy.Edge.Demo;

/// <summary>Draws what one or two runs came to, side by side.</summary>
internal static class SummaryScreen
{
    private const double DisturbedAboveMs = 20;

    private static readonly (string Name, Func<RunSummary, string> Value)[] Figures =
    [
        ("requests", s => Count(s.Requests)),
        ("failed", s => Count(s.Failed)),
        ("slow (over 100 ms)", s => Count(s.Slow)),
        ("p50", s => Unit(s.P50Ms, "0.0 ms")),
        ("p99", s => Unit(s.P99Ms, "0.0 ms")),
        ("p99.9", s => Unit(s.P999Ms, "0.0 ms")),
        ("first symptom", s => Unit(s.FirstSymptomSeconds, "0.0 s")),
        ("first migration", s => Unit(s.FirstMigrationSeconds, "0.0 s")),
        ("lead", s => Unit(s.LeadSeconds, "0.0 s")),
        ("flows migrated", s => Count(s.FlowsMigrated)),
        ("while healthy", s => Count(s.FlowsMigratedWhileHealthy)),
        ("duplicate POSTs", s => Count(s.DuplicatePosts)),
    ];

    /// <summary>The summary.</summary>
    /// <param name="results">The runs, one column each; at least one.</param>
    public static IRenderable Draw(IReadOnlyList<DemoResult> results)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn($"{results[0].Summary.Scenario}, seed {results[0].Summary.Seed}");
        foreach (var result in results)
            table.AddColumn(new TableColumn(result.Proxy).RightAligned());
        foreach (var (name, value) in Figures)
            table.AddRow([name, .. results.Select(r => value(r.Summary))]);
        return new Rows([table, .. results.Where(r => r.Load.Failed > 0).Select(Failures), .. results.Where(Disturbed).Select(Warning)]);
    }

    private static bool Disturbed(DemoResult result) => result.Load.LatenessP99Ms > DisturbedAboveMs;

    private static Text Failures(DemoResult result)
    {
        var kinds = result.Load.Failures.OrderByDescending(failure => failure.Value).Select(failure => $"{failure.Key} ({failure.Value})");
        return new Text($"{result.Proxy}: failed by {string.Join(", ", kinds)}");
    }

    private static Text Warning(DemoResult result) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Proxy}: this machine was busy; 1% of the requests went out over {result.Load.LatenessP99Ms:0} ms late. The latencies say little."));

    private static string Count(long? value) => value?.ToString("#,0", CultureInfo.InvariantCulture) ?? "–";

    private static string Unit(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
