using System.Globalization;
using System.Text.Json;
using ShadowProxy.FunctionalTests.Edge;

namespace ShadowProxy.FunctionalTests.Evaluation;

public sealed class EvaluateTests : IDisposable
{
    /// <summary>The recorded telemetry of real servers beside the repository, where it is there.</summary>
    private static readonly string? Telemetry = Find();

    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-evaluate-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Evaluate_RealServers_MeetsIncidentsPromptlyWithFewFalseAlarms()
    {
        Assert.SkipWhen(Telemetry is null, "there is no ../shared/data/nodes.csv beside the repository");
        var (json, alarms) = (Path.Combine(_directory, "figures.json"), Path.Combine(_directory, "alarms.csv"));
        await using var process = EdgeProcess.Start("evaluate", "--data", Telemetry, "--format", "smd", "--json", json, "--alarms", alarms);

        Assert.True(await process.ExitCodeAsync(TimeSpan.FromMinutes(5)) == 0, process.Errors);
        var all = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken)).RootElement.GetProperty("all");
        Assert.True(all.GetProperty("recall").GetDouble() >= 0.80, $"{all}");
        Assert.True(all.GetProperty("recallWithin2Minutes").GetDouble() >= 0.52, $"{all}");
        Assert.True(all.GetProperty("falseAlarmsPerQuietNodeDay").GetDouble() <= 0.50, $"{all}");
        Assert.True(all.GetProperty("chanceRecall").GetDouble() <= 0.10, $"{all}");
        var rows = await File.ReadAllLinesAsync(alarms, TestContext.Current.CancellationToken);
        Assert.Equal("node,timestamp,score", rows[0]);
        Assert.Equal(all.GetProperty("alarms").GetInt32(), rows.Length - 1);
        Assert.All(rows.Skip(1), row => Assert.True(double.Parse(row.Split(',')[2], CultureInfo.InvariantCulture) > 0));
    }

    [Fact]
    public async Task Evaluate_NoSuchDirectory_SaysWhichFileAndFails()
    {
        await using var process = EdgeProcess.Start("evaluate", "--data", Path.Combine(_directory, "absent"));

        Assert.Equal(1, await process.ExitCodeAsync());
        Assert.Contains("labels.csv", process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_UnknownFormat_NamesThoseThatThereAre()
    {
        await using var process = EdgeProcess.Start("evaluate", "--data", _directory, "--format", "xlsx");

        Assert.Equal(1, await process.ExitCodeAsync());
        Assert.Contains("--format xlsx: no such format, want one of smd", process.Errors, StringComparison.Ordinal);
    }

    private static string? Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ShadowProxy.sln")))
            directory = directory.Parent;
        var data = Path.Combine(directory?.Parent?.FullName ?? "", "shared", "data");
        return File.Exists(Path.Combine(data, "nodes.csv")) ? data : null;
    }
}
