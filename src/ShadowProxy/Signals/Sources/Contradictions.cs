using System.Globalization;
using ShadowProxy.Nodes;

namespace ShadowProxy.Signals.Sources;

/// <summary>Where what is known of a node does not go together. Shown to operators; nothing follows from it.</summary>
internal static class Contradictions
{
    /// <summary>Measures that differ by this much cannot both be right.</summary>
    private const double Apart = 0.5;

    private static readonly (string Name, Func<LoadReport, double> Value)[] Measures =
    [
        ("cpu", report => report.CpuUtilization),
        ("memory", report => report.MemoryUtilization),
    ];

    /// <summary>All of them, as sentences.</summary>
    /// <param name="node">The node.</param>
    /// <param name="answers">Whether it has just answered requests.</param>
    /// <param name="timestamp">Now.</param>
    /// <param name="frequency">Timestamps a second.</param>
    public static IReadOnlyList<string> Of(Node node, bool answers, long timestamp, long frequency)
    {
        var said = new List<string>();
        if (answers && node.Probes.DeadInRow > 0)
            said.Add("probes are dead, and requests are answered");
        var words = node.Sources.All.Select(source => (source.Kind, Word: source.FreshWord(timestamp, frequency))).Where(said => said.Word is not null).ToArray();
        foreach (var (kind, word) in words)
        {
            if (word!.Condition == NodeCondition.Down && answers)
                said.Add($"{kind.Name()} says {word.Text}, and requests are answered");
            if (word.Condition == NodeCondition.Down && words.FirstOrDefault(other => other.Word!.Condition == NodeCondition.Up) is { Word: { } up } other)
                said.Add($"{kind.Name()} says {word.Text}, {other.Kind.Name()} says {up.Text}");
        }

        var reports = node.Sources.All
            .Select(source => (source.Kind, source.FreshReport(timestamp, frequency)?.Report)).Where(given => given.Report is not null).ToArray();
        foreach (var (name, value) in Measures)
        {
            var given = reports.Select(report => (report.Kind, Value: value(report.Report!))).Where(measure => !double.IsNaN(measure.Value)).ToArray();
            if (given.Length < 2)
                continue;
            var (least, most) = (given.MinBy(measure => measure.Value), given.MaxBy(measure => measure.Value));
            if (most.Value - least.Value > Apart)
                said.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{most.Kind.Name()} says {name} {most.Value:0.00}, {least.Kind.Name()} says {least.Value:0.00}"));
        }

        return said;
    }
}
