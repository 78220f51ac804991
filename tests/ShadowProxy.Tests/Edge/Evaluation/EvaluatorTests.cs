using System.Text.Json;
using ShadowProxy.Edge.Evaluation;

namespace ShadowProxy.Tests.Edge.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly Recordings _one = new();
    private readonly Recordings _other = new("machine-1-2");

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Run_ATroubledHour_IsMetPromptlyAndNothingElseAlarms()
    {
        var report = Run();

        Assert.Equal((2, 2, 2, 0), (report.Figures.Incidents, report.Figures.Met, report.Figures.MetPromptly, report.Figures.FalseAlarms));
        Assert.True(report.Figures.ChanceRecall < 0.2);
        Assert.Equal(2 * 3 * Recordings.Minutes, report.Values);
    }

    [Fact]
    public void Run_Folds_ScoresEachNodeOnceAtAThresholdOfTheOthers()
    {
        var report = Run(["1-1"], ["machine-1-2"]);

        Assert.Equal(["machine-1-1", "machine-1-2"], report.Folds.SelectMany(fold => fold.Nodes));
        Assert.Equal((2, 2), (report.FoldFigures.Incidents, report.FoldFigures.Met));
        Assert.All(report.Folds, fold => Assert.Contains(fold.Threshold, CrossValidation.Thresholds));
    }

    [Theory]
    [InlineData("1-1", "1-1", "names machine-1-1 more than once")]
    [InlineData("1-1", "1-3", "names 1-3; want one of machine-1-1, machine-1-2")]
    [InlineData("1-1", "", "does not name machine-1-2")]
    public void Run_FoldsThatAreNoPartition_AreRefused(string first, string second, string expected)
    {
        string[][] folds = [[first], [.. second.Split(',', StringSplitOptions.RemoveEmptyEntries)]];

        Assert.Contains(expected, Assert.Throws<FormatException>(() => Run(folds)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_HasTheFigures()
    {
        var json = JsonDocument.Parse(Run(["1-1"], ["1-2"]).ToJson()).RootElement;

        Assert.Equal(1, json.GetProperty("all").GetProperty("recall").GetDouble());
        Assert.Equal(0, json.GetProperty("all").GetProperty("falseAlarmsPerQuietNodeDay").GetDouble());
        Assert.Equal(0, json.GetProperty("medianDelaySeconds").GetDouble());
        Assert.Equal(2, json.GetProperty("nodes").GetArrayLength());
        Assert.Equal(2, json.GetProperty("crossValidation").GetProperty("folds").GetArrayLength());
    }

    [Fact]
    public void WriteAlarms_IsARowAnAlarm()
    {
        var output = new StringWriter();
        Evaluator.WriteAlarms(output, Run().Nodes);
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("node,timestamp,score", lines[0]);
        Assert.StartsWith($"machine-1-1,{Recordings.TroubleFrom * 60},", lines[1], StringComparison.Ordinal);
    }

    private EvaluationReport Run(params string[][] folds) =>
        Evaluator.Run([.. _one.Read(), .. _other.Read()], folds, TestContext.Current.CancellationToken);
}
