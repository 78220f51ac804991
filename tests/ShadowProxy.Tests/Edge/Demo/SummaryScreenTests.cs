using ShadowProxy.Edge.Demo;
using ShadowProxy.Lab.Load;
using ShadowProxy.Lab.Summary;

namespace ShadowProxy.Tests.Edge.Demo;

public sealed class SummaryScreenTests
{
    private static readonly LoadStatus Load = new() { Requests = 4800, LatenessP99Ms = 2 };

    [Fact]
    public void Draw_TwoRuns_StandSideBySide()
    {
        var shadowing = Result("ShadowProxy", Load, new MigrationTally(TimeSpan.FromSeconds(13), 51, 0));
        var plain = Result("plain YARP", Load with { Failed = 70, Failures = new Dictionary<string, long> { ["502"] = 70 } }, null);

        var lines = DemoScreenTests.Draw(SummaryScreen.Draw([shadowing, plain]), 80);

        Assert.Matches(@"degrade, seed 1 +ShadowProxy +plain YARP", Line("degrade"));
        Assert.Matches(@"failed +0 +70$", Line("  failed"));
        Assert.Matches(@"first migration +13\.0 s +–$", Line("  first migration"));
        Assert.Matches(@"lead +5\.0 s +–$", Line("  lead"));
        Assert.Contains("plain YARP: failed by 502 (70)", lines);

        string Line(string start) => lines.First(line => line.TrimStart().StartsWith(start.TrimStart(), StringComparison.Ordinal));
    }

    [Fact]
    public void Draw_LoadWasLate_Warns()
    {
        var late = Result("ShadowProxy", Load with { LatenessP99Ms = 45 }, null);

        Assert.Contains(DemoScreenTests.Draw(SummaryScreen.Draw([late]), 160), line => line.Contains("45 ms late", StringComparison.Ordinal));
        Assert.DoesNotContain(DemoScreenTests.Draw(SummaryScreen.Draw([Result("ShadowProxy", Load, null)]), 160), line => line.Contains("late", StringComparison.Ordinal));
    }

    private static DemoResult Result(string proxy, LoadStatus load, MigrationTally? migrations) =>
        new(proxy, load, RunSummary.Of("degrade", 1, load, TimeSpan.FromSeconds(18), migrations, []));
}
