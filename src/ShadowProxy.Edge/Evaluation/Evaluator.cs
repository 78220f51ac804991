using System.Diagnostics;
using System.Globalization;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Edge.Evaluation;

/// <summary>Runs the detector over a directory of recorded telemetry, and counts.</summary>
internal static class Evaluator
{
    /// <summary>Evaluates.</summary>
    /// <param name="recordings">The nodes; each is read when its turn comes, and not kept.</param>
    /// <param name="folds">The nodes of each fold, by name or by how their names end; none = no cross-validation.</param>
    /// <param name="stop">Ends it after the node at hand.</param>
    /// <exception cref="FormatException">The folds are not a partition of the nodes.</exception>
    public static EvaluationReport Run(IEnumerable<RecordedNode> recordings, IReadOnlyList<string[]> folds, CancellationToken stop)
    {
        var results = new List<NodeResult>();
        var atThresholds = new Dictionary<string, AlarmFigures[]>();
        var values = 0L;
        var took = TimeSpan.Zero;
        foreach (var node in recordings)
        {
            stop.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var alarms = DetectorRun.Run(node, NodeDetector.DefaultThreshold);
            took += Stopwatch.GetElapsedTime(started);
            values += node.Values.Length;
            var delays = AlarmFigures.Delays(node.Incidents, [.. alarms.Select(alarm => alarm.Seconds)]);
            results.Add(new NodeResult(node.Name, AlarmFigures.Of(node, alarms), alarms, delays));
            if (folds.Count > 0)
            {
                atThresholds[node.Name] =
                [
                    .. CrossValidation.Thresholds.AsParallel().AsOrdered().WithCancellation(stop)
                        .Select(threshold => AlarmFigures.Of(node, DetectorRun.Run(node, threshold))),
                ];
            }
        }

        return new EvaluationReport
        {
            Threshold = NodeDetector.DefaultThreshold,
            Nodes = results,
            Folds = folds.Count == 0 ? [] : CrossValidation.Run(atThresholds, Resolve(folds, [.. atThresholds.Keys])),
            ChosenThreshold = folds.Count == 0 ? double.NaN : CrossValidation.Thresholds[CrossValidation.Choose([.. atThresholds.Values])],
            Values = values,
            Took = took,
        };
    }

    /// <summary>Writes alarms as <c>node,timestamp,score</c>.</summary>
    public static void WriteAlarms(TextWriter output, IEnumerable<NodeResult> results)
    {
        output.WriteLine("node,timestamp,score");
        foreach (var result in results)
        {
            foreach (var alarm in result.Alarms)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Node},{alarm.Seconds:0.###},{alarm.Score:0.###}"));
        }
    }

    private static List<string[]> Resolve(IReadOnlyList<string[]> folds, IReadOnlyList<string> nodes)
    {
        List<string[]> resolved = [.. folds.Select(fold => fold.Select(name => Find(name, nodes)).ToArray())];
        var counts = resolved.SelectMany(fold => fold).GroupBy(node => node).ToDictionary(group => group.Key, group => group.Count());
        if (counts.FirstOrDefault(count => count.Value > 1).Key is { } twice)
            throw new FormatException($"--folds names {twice} more than once; want each node in one fold.");
        if (nodes.FirstOrDefault(node => !counts.ContainsKey(node)) is { } absent)
            throw new FormatException($"--folds does not name {absent}; want each node in one fold.");
        if (resolved.Count < 2)
            throw new FormatException("--folds has one fold; want two or more, so that each is scored at a threshold chosen on others.");
        return resolved;
    }

    private static string Find(string name, IReadOnlyList<string> nodes)
    {
        if (nodes.Contains(name))
            return name;
        string[] ending = [.. nodes.Where(node => node.EndsWith($"-{name}", StringComparison.Ordinal))];
        return ending is [var one] ? one : throw new FormatException($"--folds names {name}; want one of {string.Join(", ", nodes)}.");
    }
}
