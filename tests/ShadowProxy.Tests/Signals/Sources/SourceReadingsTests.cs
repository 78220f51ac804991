using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Signals.Sources;

public sealed class SourceReadingsTests
{
    private const long Frequency = 10;

    private readonly NodeSources _sources = new();

    [Fact]
    public void Load_OfSeveralSources_IsTheHighestOfEach()
    {
        _sources.Answers.Report(new LoadReport { CpuUtilization = 0.3, MemoryUtilization = 0.8 }, 1);
        Begin(SourceKind.Orca).Report(new LoadReport { CpuUtilization = 0.5, MemoryUtilization = 0.2 }, 1);
        Begin(SourceKind.Metrics).Report(new LoadReport { ApplicationUtilization = 0.1 }, 1);

        var load = _sources.Load(1, Frequency);

        Assert.Equal((0.5, 0.8, 0.1), (load.Cpu.Value, load.Memory.Value, load.Application.Value));
    }

    [Fact]
    public void Load_OneSourceStale_IsWhatTheOthersSay()
    {
        Begin(SourceKind.Orca).Report(new LoadReport { CpuUtilization = 0.9 }, 0);
        var metrics = Begin(SourceKind.Metrics);
        metrics.Report(new LoadReport { CpuUtilization = 0.4 }, 5);

        Assert.Equal(0.9, _sources.Load(30, Frequency).Cpu.Value);
        Assert.Equal(0.4, _sources.Load(31, Frequency).Cpu.Value);
        Assert.True(double.IsNaN(_sources.Load(36, Frequency).Cpu.Value));
    }

    [Fact]
    public void Load_EndedSource_IsForgotten()
    {
        var orca = Begin(SourceKind.Orca);
        orca.Report(new LoadReport { CpuUtilization = 0.9 }, 0);

        _sources.End(orca);

        Assert.True(double.IsNaN(_sources.Load(0, Frequency).Cpu.Value));
    }

    [Fact]
    public void Expect_LongerInterval_KeepsReportsForThreeOfIt()
    {
        var orca = Begin(SourceKind.Orca);
        orca.Expect(TimeSpan.FromSeconds(30));
        orca.Report(new LoadReport { CpuUtilization = 0.9 }, 0);

        Assert.NotNull(orca.FreshReport(900, Frequency));
        Assert.Null(orca.FreshReport(901, Frequency));
    }

    [Fact]
    public void Describe_FromSilenceToStale_SaysHowItDoes()
    {
        var orca = Begin(SourceKind.Orca);
        Assert.Equal((SourceState.Silent, null), (State(orca, 5), orca.Describe(5, Frequency)!.Says));

        orca.Fail("refused");
        Assert.Equal((SourceState.Failing, "refused"), (State(orca, 6), orca.Describe(6, Frequency)!.Error));

        orca.Report(new LoadReport { CpuUtilization = 0.25 }, 7);
        Assert.Equal((SourceState.Ok, "cpu 0.25", null), (State(orca, 8), orca.Describe(8, Frequency)!.Says, orca.Describe(8, Frequency)!.Error));

        orca.Reject("garbage", 9);
        Assert.Equal((SourceState.Nonsense, "cpu 0.25", "garbage"), (State(orca, 9), orca.Describe(9, Frequency)!.Says, orca.Describe(9, Frequency)!.Error));

        Assert.Equal((SourceState.Stale, null), (State(orca, 40), orca.Describe(40, Frequency)!.Says));
        Assert.Equal((1, 1, 1), (orca.Describe(40, Frequency)!.Readings, orca.Rejected, orca.Describe(40, Frequency)!.Failures));
        Assert.Equal(3.1, orca.Describe(40, Frequency)!.AgeSeconds, 6);
    }

    [Fact]
    public void Describe_NobodyAskedForAndNeverHeard_IsNotShown()
    {
        Assert.Null(_sources.Answers.Describe(1, Frequency));

        _sources.Answers.Reject("garbage", 1);

        Assert.Equal("answers", _sources.Answers.Describe(1, Frequency)!.Source);
    }

    [Fact]
    public void SaidDown_OneWord_IsNotEnough()
    {
        var health = Begin(SourceKind.GrpcHealth);
        health.Say(new NodeWord { Condition = NodeCondition.Down, Text = "not serving" }, 0);
        Assert.Null(_sources.SaidDown(0, Frequency));

        health.Say(new NodeWord { Condition = NodeCondition.Down, Text = "not serving" }, 1);

        Assert.Equal("grpc-health says not serving", _sources.SaidDown(1, Frequency)!.Text);
        Assert.Null(_sources.SaidDown(32, Frequency));
    }

    [Fact]
    public void Leaving_Announced_StandsUntilTheSourceSaysOtherwise()
    {
        var agent = Begin(SourceKind.AgentCheck);
        agent.Say(new NodeWord { IsLeaving = true, Text = "drain" }, 0);
        agent.Fail("refused");
        Assert.Equal("agent-check says drain", _sources.Leaving(100_000, Frequency)!.Text);
        Assert.Equal("drain", agent.Describe(1000, Frequency)!.Says);

        agent.Say(new NodeWord { Condition = NodeCondition.Up, Text = "ready" }, 2000);

        Assert.Null(_sources.Leaving(2000, Frequency));
    }

    [Fact]
    public void Leaving_SaidByALoadReport_StandsUntilOneSaysOtherwiseOrForHalfAMinute()
    {
        _sources.Answers.Report(Draining(1), 0);
        _sources.Answers.Report(new LoadReport(), 10);
        Assert.Equal("answers says draining", _sources.Leaving(299, Frequency)!.Text);
        Assert.Null(_sources.Leaving(300, Frequency));

        _sources.Answers.Report(Draining(1), 400);
        Assert.NotNull(_sources.Leaving(400, Frequency));
        _sources.Answers.Report(Draining(0), 401);
        Assert.Null(_sources.Leaving(401, Frequency));
    }

    private static LoadReport Draining(double draining) => new() { NamedMetrics = new Dictionary<string, double> { ["draining"] = draining } };

    private SourceReadings Begin(SourceKind kind) => _sources.Begin(kind, TimeSpan.FromSeconds(3));

    private static SourceState State(SourceReadings readings, long timestamp) => readings.Describe(timestamp, Frequency)!.State;
}
