namespace ShadowProxy.Edge.Evaluation;

/// <summary>
/// Figures of nodes whose threshold was chosen on other nodes: each fold is scored at the threshold that did best on all the others.
/// </summary>
internal static class CrossValidation
{
    /// <summary>False alarms a quiet node-day that a threshold may cost where it is chosen: a little under the half that is aimed at.</summary>
    public const double FalseAlarmBudget = 0.48;

    /// <summary>The thresholds to choose from, ascending.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [.. Enumerable.Range(0, 31).Select(step => Math.Round(2.4 + (0.04 * step), 2))];

    /// <summary>Scores folds.</summary>
    /// <param name="nodes">The figures of each node at each of <see cref="Thresholds"/>.</param>
    /// <param name="folds">The nodes of each fold; each node in one.</param>
    public static IReadOnlyList<FoldResult> Run(IReadOnlyDictionary<string, AlarmFigures[]> nodes, IReadOnlyList<string[]> folds) =>
    [
        .. folds.Select(fold =>
        {
            var chosen = Choose([.. folds.Where(other => other != fold).SelectMany(other => other).Select(node => nodes[node])]);
            return new FoldResult(fold, Thresholds[chosen], fold.Aggregate(default(AlarmFigures), (sum, node) => sum + nodes[node][chosen]));
        }),
    ];

    /// <summary>
    /// The index of the threshold that meets most incidents, the prompt ones counted half more, within the budget of false alarms; the
    /// highest of those that meet as many.
    /// </summary>
    public static int Choose(IReadOnlyList<AlarmFigures[]> nodes)
    {
        var (best, most) = (Thresholds.Count - 1, double.NegativeInfinity);
        for (var i = 0; i < Thresholds.Count; i++)
        {
            var sum = nodes.Aggregate(default(AlarmFigures), (sum, figures) => sum + figures[i]);
            var worth = sum.Met + (0.5 * sum.MetPromptly);
            if (sum.FalseAlarmsPerDay <= FalseAlarmBudget && worth >= most)
                (best, most) = (i, worth);
        }

        return best;
    }
}

/// <summary>The figures of a fold.</summary>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Threshold">The threshold, chosen on the other folds.</param>
/// <param name="Figures">What was reached.</param>
internal sealed record FoldResult(IReadOnlyList<string> Nodes, double Threshold, AlarmFigures Figures);
