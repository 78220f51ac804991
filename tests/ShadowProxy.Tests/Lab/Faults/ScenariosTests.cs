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
    public void Get_ManySeeds_EachBackendFallsIllInSome() =>
        Assert.Equal(
            [0, 1, 2, 3],
            Enumerable.Range(0, 50).Select(seed => Scenarios.Get("degrade", seed, Duration).SickBackend!.Value).Distinct().Order());

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
