using System.Text.Json;
using ShadowProxy.Lab.Load;
using ShadowProxy.Lab.Summary;

namespace ShadowProxy.Tests.Lab.Summary;

public sealed class RunSummaryTests
{
    private static readonly LoadStatus Load = new() { Requests = 4800, Failed = 3, Slow = 25, P50Ms = 3.9, P99Ms = 12.5, P999Ms = 140 };

    private static readonly string[] Keys =
    [
        "scenario", "seed", "requests", "failed", "slow", "p50Ms", "p99Ms", "p999Ms", "firstSymptomSeconds", "firstMigrationSeconds",
        "leadSeconds", "flowsMigrated", "flowsMigratedWhileHealthy", "duplicatePosts",
    ];

    [Fact]
    public void Of_MovedBeforeTheSymptom_LeadIsPositive()
    {
        var summary = RunSummary.Of("degrade", 1, Load, TimeSpan.FromSeconds(18), new MigrationTally(TimeSpan.FromSeconds(13.2), 51, 0), []);

        Assert.Equal((18, 13.2, 4.8), (summary.FirstSymptomSeconds, summary.FirstMigrationSeconds, summary.LeadSeconds));
        Assert.Equal((51, 0), (summary.FlowsMigrated, summary.FlowsMigratedWhileHealthy));
    }

    [Fact]
    public void Of_MovedAfterTheSymptom_LeadIsNegative() =>
        Assert.Equal(-0.2, RunSummary.Of("crash", 1, Load, TimeSpan.FromSeconds(16), new MigrationTally(TimeSpan.FromSeconds(16.2), 51, 0), []).LeadSeconds);

    [Fact]
    public void Of_NoSymptomOrNoMigration_NoLead()
    {
        Assert.Null(RunSummary.Of("healthy", 1, Load, null, new MigrationTally(TimeSpan.FromSeconds(1), 1, 1), []).LeadSeconds);
        Assert.Null(RunSummary.Of("degrade", 1, Load, TimeSpan.FromSeconds(18), new MigrationTally(null, 0, 0), []).LeadSeconds);
    }

    [Fact]
    public void Of_WorkExecutedTwiceAndThrice_CountsWhatExceedsTheFirst() =>
        Assert.Equal(3, RunSummary.Of("crash", 1, Load, null, null, ["1", "2", "1", "3", "2", "2"]).DuplicatePosts);

    [Fact]
    public void Write_Run_HasExactlyTheDocumentedKeys()
    {
        var json = Parse(SummaryJson.Write(RunSummary.Of("healthy", 5, Load, null, null, [])));

        Assert.Equal(Keys, json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(4800, json.GetProperty("requests").GetInt64());
        Assert.Equal(12.5, json.GetProperty("p99Ms").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("firstMigrationSeconds").ValueKind);
    }

    [Fact]
    public void Write_Comparison_HoldsBothRunsByName()
    {
        var shadowing = RunSummary.Of("degrade", 1, Load, TimeSpan.FromSeconds(18), new MigrationTally(TimeSpan.FromSeconds(13), 51, 0), []);
        var plain = RunSummary.Of("degrade", 1, Load with { Failed = 70 }, TimeSpan.FromSeconds(18), null, []);

        var json = Parse(SummaryJson.Write(new ComparisonSummary("degrade", 1, shadowing, plain)));

        Assert.Equal(["scenario", "seed", "shadowing", "plain"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(Keys, json.GetProperty("plain").EnumerateObject().Select(p => p.Name));
        Assert.Equal((3, 70), (json.GetProperty("shadowing").GetProperty("failed").GetInt64(), json.GetProperty("plain").GetProperty("failed").GetInt64()));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
