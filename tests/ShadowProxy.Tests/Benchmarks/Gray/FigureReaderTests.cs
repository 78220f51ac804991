using ShadowProxy.Benchmarks.Gray;
using ShadowProxy.Lab.Faults;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Tests.Benchmarks.Gray;

public sealed class FigureReaderTests
{
    private const int Nodes = 4;
    private const string Sick = "backend-1";
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(100);
    private static readonly LoadRecord Well =
        new(TimeSpan.FromSeconds(50), TimeSpan.Zero, TimeSpan.FromMilliseconds(5), IsPost: false, null, "backend-2", null, IsStray: false);

    [Fact]
    public void Read_Fault_CountsFromTheFirstSymptomOn()
    {
        var figures = Read("crash",
            Well with { At = TimeSpan.FromSeconds(39.9), Failure = "503" },
            Well with { At = TimeSpan.FromSeconds(40), Failure = "503" },
            Well with { At = TimeSpan.FromSeconds(43), Latency = TimeSpan.FromMilliseconds(101) },
            Well with { At = TimeSpan.FromSeconds(44), Latency = TimeSpan.FromMilliseconds(100) },
            Well with { IsPost = true, Failure = "timeout", Latency = TimeSpan.FromSeconds(10) });

        Assert.Equal((new Tally(3, 1, 1), new Tally(1, 1, 0)), (figures.Get, figures.Post));
        Assert.Equal((75, 300, 10), (figures.BadPercent, figures.BadPercentOfShare, figures.LastBadSeconds));
        Assert.Equal(new Dictionary<string, long> { ["503"] = 1, ["timeout"] = 1 }, figures.Failures);
        Assert.Equal((100, 10_000), (figures.P50Ms, figures.P99Ms));
    }

    [Fact]
    public void Read_NobodyStandsOut_CountsTheWholeRunAndAllMoves()
    {
        var figures = Read("healthy", Well with { At = TimeSpan.Zero, Failure = "503" }, Well with { LeftBackend = Sick, IsStray = true });

        Assert.Equal((50, 50, 0), (figures.BadPercent, figures.BadPercentOfShare, figures.LastBadSeconds));
        Assert.Equal((1, 1, 1), (figures.Moves, figures.NeedlessMoves, figures.Strays));
    }

    [Fact]
    public void Read_Moves_ThoseOffTheSickNodeWereNeeded()
    {
        var figures = Read("crash",
            Well with { LeftBackend = Sick },
            Well with { At = TimeSpan.Zero, LeftBackend = Sick },
            Well with { At = TimeSpan.Zero, LeftBackend = "backend-3" });

        Assert.Equal((3, 1), (figures.Moves, figures.NeedlessMoves));
    }

    [Fact]
    public void Read_WorkExecutedTwice_IsCountedOnceForEachTimeTooMany() =>
        Assert.Equal(3, FigureReader.Read(Scenario("crash"), [Well], ["a", "b", "a", "a", "c", "b"], Nodes).DuplicatePosts);

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void Read_LoadWasLate_IsDisturbed(int milliseconds, bool disturbed) =>
        Assert.Equal(disturbed, Read("crash", Well with { Lateness = TimeSpan.FromMilliseconds(milliseconds) }).Disturbed);

    [Fact]
    public void Pool_Runs_SumsWhatIsCountedAndKeepsTheWorst()
    {
        var pooled = Figures.Pool(
        [
            Read("crash", Well, Well with { Failure = "503", Lateness = TimeSpan.FromMilliseconds(30) }),
            Read("crash", Well, Well with { LeftBackend = "backend-3", Latency = TimeSpan.FromMilliseconds(200), At = TimeSpan.FromSeconds(70) }),
        ]);

        Assert.Equal(new Tally(4, 1, 1), pooled.All);
        Assert.Equal((50, 30, 30, 1, true), (pooled.BadPercent, pooled.LastBadSeconds, pooled.LatenessMaxMs, pooled.NeedlessMoves, pooled.LatenciesMs is [5, 5, 5, 200]));
    }

    private static Scenario Scenario(string name) => Scenarios.Get(name, seed: 1, Duration, Nodes);

    private static Figures Read(string scenario, params LoadRecord[] records) => FigureReader.Read(Scenario(scenario), records, [], Nodes);
}
