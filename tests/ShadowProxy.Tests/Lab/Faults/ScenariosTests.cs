using ShadowProxy.Lab.Faults;

namespace ShadowProxy.Tests.Lab.Faults;

public sealed class ScenariosTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(40);

    public static TheoryData<string> All => [.. Scenarios.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void Get_SameSeed_IsTheSameScenario(string name)
    {
        var (one, other) = (Scenarios.Get(name, 7, Duration), Scenarios.Get(name, 7, Duration));

        Assert.Equal(one.SickBackend, other.SickBackend);
        for (var backend = 0; backend < 4; backend++)
            for (var second = 0; second <= 40; second++)
                Assert.Equal(one.For(backend).At(TimeSpan.FromSeconds(second)), other.For(backend).At(TimeSpan.FromSeconds(second)));
    }

    [Fact]
    public void Get_SeedsInARow_BackendsFallIllInTurn() =>
        Assert.Equal(
            [2, 3, 0, 1, 2, 3, 0],
            Enumerable.Range(-1, 7).Select(seed => Scenarios.Get("degrade", seed, Duration).SickBackend!.Value));

    [Theory]
    [InlineData("latency-ramp")]
    [InlineData("leak")]
    public void Reports_LeadTheFirstSymptom(string name)
    {
        var scenario = Scenarios.Get(name, 1, Duration);
        var before = scenario.For(0).At(scenario.FirstSymptom!.Value - TimeSpan.FromSeconds(1));

        Assert.True(Math.Max(before.Cpu, before.Memory) > 0.9);
    }

    [Theory]
    [InlineData("error-ramp")]
    [InlineData("hang")]
    [InlineData("flapping")]
    [InlineData("slow")]
    [InlineData("slow-sessions")]
    public void Reports_SayNothing(string name)
    {
        var scenario = Scenarios.Get(name, 1, Duration);
        var levels = Enumerable.Range(0, 41).Select(second => scenario.For(0).At(TimeSpan.FromSeconds(second)));

        Assert.All(levels, level => Assert.Equal((FaultLevel.Normal.Cpu, FaultLevel.Normal.Memory), (level.Cpu, level.Memory)));
        Assert.InRange(scenario.FirstSymptom!.Value, 0.4 * Duration, 0.42 * Duration);
    }

    [Fact]
    public void Restart_SickBackend_DiesAndComesBackWell()
    {
        var script = Scenarios.Get("restart", 1, Duration).For(0);

        Assert.True(script.CrashAt < script.ReturnAt && script.ReturnAt < 0.75 * Duration);
        Assert.Equal(FaultLevel.Normal, script.At(script.ReturnAt!.Value));
    }

    [Theory]
    [InlineData("crash")]
    [InlineData("leak")]
    [InlineData("degrade")]
    public void Crash_ForGood_NeverReturns(string name) => Assert.Null(Scenarios.Get(name, 1, Duration).For(0).ReturnAt);

    [Fact]
    public void Flapping_SickBackend_IsSlowAndWellByTurns()
    {
        var script = Scenarios.Get("flapping", 1, Duration).For(0);
        var slow = Enumerable.Range(0, 401).Select(tenth => script.At(TimeSpan.FromSeconds(tenth / 10.0)).ExtraDelayMs > 300).ToList();

        Assert.Equal(8, slow.Zip(slow.Skip(1)).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void Degrade_SickBackend_ReportsItsLoadWellBeforeTheFirstSymptom()
    {
        var scenario = Scenarios.Get("degrade", 1, Duration);
        var first = scenario.FirstSymptom!.Value;
        var script = scenario.For(scenario.SickBackend!.Value);
        var earlier = script.At(first - TimeSpan.FromSeconds(2));

        Assert.True(earlier.Cpu > 0.9 && earlier.Memory > 0.85);
        Assert.True(earlier.ExtraDelayMs + FaultScript.ServiceMs < FaultScript.SlowAnswerMs);
        Assert.Equal((0, false), (earlier.ErrorRate, earlier.Crashed));
        Assert.Equal(TimeSpan.FromSeconds(34), script.CrashAt);
    }

    [Fact]
    public void Degrade_OtherBackends_AreWell()
    {
        var scenario = Scenarios.Get("degrade", 1, Duration);

        foreach (var backend in Enumerable.Range(0, 4).Where(backend => backend != scenario.SickBackend))
            Assert.Equal((null, FaultLevel.Normal), (scenario.For(backend).FirstSymptom, scenario.For(backend).At(Duration)));
    }

    [Fact]
    public void Crash_SickBackend_GivesNoWarning()
    {
        var scenario = Scenarios.Get("crash", 1, Duration);
        var script = scenario.For(scenario.SickBackend!.Value);

        Assert.Equal(script.CrashAt, scenario.FirstSymptom);
        Assert.Equal(FaultLevel.Normal, script.At(script.CrashAt!.Value - TimeSpan.FromTicks(1)));
    }

    [Theory]
    [InlineData("overload")]
    [InlineData("healthy")]
    public void AllAlike_NoBackendStandsOut(string name)
    {
        var scenario = Scenarios.Get(name, 1, Duration);

        Assert.Equal((null, null), (scenario.SickBackend, scenario.FirstSymptom));
        Assert.Equal(scenario.For(0).At(Duration), scenario.For(3).At(Duration));
    }

    [Fact]
    public void Get_UnknownName_SaysWhichThereAre()
    {
        Assert.False(Scenarios.TryGet("Degrade", 1, Duration, out _));
        var exception = Assert.Throws<ArgumentException>(() => Scenarios.Get("Degrade", 1, Duration));
        Assert.Contains("degrade, crash, overload, healthy", exception.Message, StringComparison.Ordinal);
    }
}
