using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ShadowProxy.Edge.Admin;

namespace ShadowProxy.Edge.Evaluation;

/// <summary>What an evaluation found.</summary>
internal sealed record EvaluationReport
{
    private static readonly JsonSerializerOptions Json = CreateJson();

    /// <summary>The threshold that all nodes were scored at.</summary>
    public required double Threshold { get; init; }

    /// <summary>The nodes, each at that threshold.</summary>
    public required IReadOnlyList<NodeResult> Nodes { get; init; }

    /// <summary>The folds, each at the threshold chosen on the others; empty where none were given.</summary>
    public IReadOnlyList<FoldResult> Folds { get; init; } = [];

    /// <summary>The threshold that would be chosen on all folds together; NaN where none were given.</summary>
    public double ChosenThreshold { get; init; } = double.NaN;

    /// <summary>Values that the detector looked at: signals times samples.</summary>
    public required long Values { get; init; }

    /// <summary>How long it took to go through them once, reading apart.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>The figures of all nodes.</summary>
    public AlarmFigures Figures => Sum(Nodes.Select(node => node.Figures));

    /// <summary>The figures of all folds.</summary>
    public AlarmFigures FoldFigures => Sum(Folds.Select(fold => fold.Figures));

    /// <summary>The report as JSON: for all, for each node, and for the folds.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Threshold,
            Values,
            Seconds = Math.Round(Took.TotalSeconds, 3),
            All = Show(Figures),
            MedianDelaySeconds = MedianDelay,
            Nodes = Nodes.Select(node => new { node.Node, Figures = Show(node.Figures), node.Delays }),
            CrossValidation = Folds.Count == 0 ? null : new
            {
                ChosenThreshold,
                All = Show(FoldFigures),
                Folds = Folds.Select(fold => new { fold.Nodes, fold.Threshold, Figures = Show(fold.Figures) }),
            },
        }, Json);

    /// <summary>The report for a reader.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine("node                 incidents   met  within 2 min  false a day  by chance");
        foreach (var node in Nodes)
            WriteRow(output, node.Node, node.Figures);
        WriteRow(output, $"all, at {Threshold.ToString(CultureInfo.InvariantCulture)}", Figures);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"delay of the incidents met: median {MedianDelay:0} s; {Values:N0} values in {Took.TotalSeconds:0.0} s"));
        if (Folds.Count == 0)
            return;
        output.WriteLine("each fold at the threshold chosen on the others:");
        foreach (var fold in Folds)
            WriteRow(output, $"{fold.Nodes.Count} nodes, at {fold.Threshold.ToString(CultureInfo.InvariantCulture)}", fold.Figures);
        WriteRow(output, "all folds", FoldFigures);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"on all of them the choice would be {ChosenThreshold}"));
    }

    private double MedianDelay
    {
        get
        {
            double[] delays = [.. Nodes.SelectMany(node => node.Delays).Where(delay => !double.IsNaN(delay)).Order()];
            return delays.Length == 0 ? double.NaN : delays[delays.Length / 2];
        }
    }

    private static AlarmFigures Sum(IEnumerable<AlarmFigures> figures) => figures.Aggregate(default(AlarmFigures), (sum, one) => sum + one);

    private static void WriteRow(TextWriter output, string name, in AlarmFigures of) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-22}{of.Incidents,8}{of.Recall,6:0.00}{of.PromptRecall,14:0.00}{of.FalseAlarmsPerDay,13:0.00}{of.ChanceRecall,11:0.00}"));

    private static object Show(in AlarmFigures figures) => new
    {
        figures.Incidents,
        figures.Met,
        Recall = Rounded(figures.Recall),
        RecallWithin2Minutes = Rounded(figures.PromptRecall),
        figures.Alarms,
        figures.FalseAlarms,
        QuietNodeDays = Rounded(figures.QuietDays),
        FalseAlarmsPerQuietNodeDay = Rounded(figures.FalseAlarmsPerDay),
        ChanceRecall = Rounded(figures.ChanceRecall),
        ChanceRecallWithin2Minutes = Rounded(figures.ChancePromptRecall),
    };

    private static double Rounded(double value) => Math.Round(value, 4);

    private static JsonSerializerOptions CreateJson()
    {
        var options = new JsonSerializerOptions { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
        AdminJson.Configure(options);
        return options;
    }
}
