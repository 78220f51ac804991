using System.Text.Json;
using System.Xml.Linq;
using ShadowProxy.Benchmarks.Gray;
using ShadowProxy.Benchmarks.Gray.Peers;

namespace ShadowProxy.Tests.Benchmarks.Gray;

public sealed class GrayReportTests
{
    private static readonly GrayOptions Options = new(
        ["crash", "slow", "healthy"], AllPeers.InOrder, [1, 2], TimeSpan.FromSeconds(50), Rate: 120, Sessions: 200, Lanes: 4, Keep: null);

    private static readonly GrayReport Report = new(
        Options,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        MachineBusyPercent: 41.6,
        new Dictionary<string, string?> { ["nginx"] = "1.22.1", ["yarp"] = "2.3.0", ["caddy"] = null },
        [
            new RunResult("slow", "yarp", 1, Ran(bad: 0)),
            new RunResult("crash", "nginx", 1, Ran(bad: 1)),
            new RunResult("crash", "yarp", 2, Ran(bad: 2, late: 25)),
            new RunResult("crash", "yarp", 1, Ran(bad: 8)),
        ]);

    [Fact]
    public void Options_Runs_AreOfAllProxiesForOneFaultAndSeedInARow()
    {
        var runs = Options.Runs.ToList();

        Assert.Equal(3 * 2 * AllPeers.InOrder.Count, runs.Count);
        Assert.Equal(AllPeers.InOrder, runs.Take(AllPeers.InOrder.Count).Select(run => run.Peer));
        Assert.Single(runs.Take(AllPeers.InOrder.Count).Select(run => (run.Fault, run.Seed)).Distinct());
    }

    [Fact]
    public void Table_Runs_ArePooledByFaultAndProxy()
    {
        var lines = GrayTable.Write(Report).ReplaceLineEndings("\n").Split('\n');

        Assert.Contains("|       | nginx |  yarp |", lines);
        Assert.Contains("| ----- | ----: | ----: |", lines);
        Assert.Contains("| crash |  1.00 | 5.00? |", lines);
        Assert.Contains("| slow  |     – |  0.00 |", lines);
        Assert.Contains("| crash | 1.00 / 0 / 2 / 0 / 5 / 1.5 | 5.00 / 0 / 4 / 0 / 5 / 1.5 |", lines);
        Assert.Contains("nginx 1.22.1, yarp 2.3.0, caddy absent.", lines);
        Assert.Contains(lines, line => line.StartsWith("`gray --faults crash,slow,healthy", StringComparison.Ordinal));
    }

    [Fact]
    public void Details_Cells_HaveARowEach() =>
        Assert.Equal(2 + 3, GrayTable.WriteDetails(Report).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

    [Fact]
    public void Chart_Cells_HaveABarAndItsNumber()
    {
        var svg = XDocument.Parse(GrayChart.Draw(Report)).Root!;
        XNamespace ns = "http://www.w3.org/2000/svg";
        var texts = svg.Elements(ns + "text").Select(text => text.Value).ToList();

        Assert.Equal(1 + 2 + 3, svg.Elements(ns + "rect").Count());
        Assert.All((string[])["crash", "slow", "nginx", "yarp", "1.0", "5.0", "0.0"], text => Assert.Contains(text, texts));
    }

    [Fact]
    public void Json_Runs_AreThereOneByOneAndPooled()
    {
        var json = JsonDocument.Parse(Report.ToJson()).RootElement;

        Assert.Equal(4, json.GetProperty("runs").GetArrayLength());
        var yarp = json.GetProperty("pooled").EnumerateArray().Single(cell =>
            (cell.GetProperty("fault").GetString(), cell.GetProperty("proxy").GetString()) == ("crash", "yarp"));
        Assert.Equal(200, yarp.GetProperty("figures").GetProperty("get").GetProperty("requests").GetInt64());
        Assert.Equal(5, yarp.GetProperty("figures").GetProperty("badPercent").GetDouble());
    }

    [Fact]
    public void CpuTime_TwoMoments_TellHowBusyTheMachineWas()
    {
        var before = CpuTime.Parse("cpu  100 0 100 700 100 0 0 0 0 0");
        var after = CpuTime.Parse("cpu  130 0 110 750 110 0 0 0 0 0");

        Assert.Equal(40, after.BusyPercentSince(before), 9);
    }

    private static Figures Ran(int bad, double late = 1) => new()
    {
        Get = new Tally(100, bad, 0),
        Post = default,
        FairShare = 0.25,
        LatenciesMs = [5],
        LastBadSeconds = bad == 0 ? null : 1.5,
        Moves = 1,
        NeedlessMoves = 0,
        Strays = 2,
        DuplicatePosts = 0,
        LatenessP99Ms = late,
        LatenessMaxMs = late,
        Failures = new Dictionary<string, long>(),
    };
}
