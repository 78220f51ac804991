using CsCheck;
using ShadowProxy.Lab.Faults;

namespace ShadowProxy.Tests.Lab.Faults;

public sealed class FaultScriptTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(40);

    private static readonly Gen<FaultLevel> Level = Gen.Select(
        Gen.Double[0, 1],
        Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 400]),
        Gen.OneOf(Gen.Const(0.0), Gen.Double[0.01, 1]),
        Gen.Int[0, 9],
        (cpu, delay, errors, crash) =>
            FaultLevel.Normal with { Cpu = cpu, ExtraDelayMs = delay, ErrorRate = errors, Crashed = crash == 0 });

    private static readonly Gen<FaultKeyframe[]> Keyframes =
        Gen.Select(Gen.Int[0, 40].Select(second => second / 40.0), Level).Array[0, 6].Select(frames =>
            frames.OrderBy(frame => frame.Item1).Select(frame => new FaultKeyframe(frame.Item1, frame.Item2)).ToArray());

    [Fact]
    public void At_BetweenKeyframes_IsLinear()
    {
        var script = new FaultScript(Duration,
            [new(0.25, FaultLevel.Normal), new(0.75, FaultLevel.Normal with { Cpu = 0.90, ExtraDelayMs = 400 })]);

        var level = script.At(Duration / 2);

        Assert.Equal(0.60, level.Cpu, 9);
        Assert.Equal(200, level.ExtraDelayMs, 9);
    }

    [Fact]
    public void At_OutsideTheRun_IsItsStartOrItsEnd()
    {
        var end = FaultLevel.Normal with { Cpu = 0.9 };
        var script = new FaultScript(Duration, [new(0.5, end)]);

        Assert.Equal(FaultLevel.Normal, script.At(-Duration));
        Assert.Equal(end, script.At(2 * Duration));
    }

    [Fact]
    public void At_CrashComing_IsNotCrashedBefore()
    {
        var script = new FaultScript(Duration, [new(0.4, FaultLevel.Normal with { Crashed = true })]);
        var crash = script.CrashAt!.Value;

        Assert.Equal(TimeSpan.FromSeconds(16), crash);
        Assert.False(script.At(crash - TimeSpan.FromMilliseconds(1)).Crashed);
        Assert.True(script.At(crash).Crashed);
    }

    [Fact]
    public void FirstSymptom_AnyScript_IsWhereSymptomsBegin() => Keyframes.Sample(frames =>
    {
        var script = new FaultScript(Duration, frames);
        var scan = Enumerable.Range(0, 40_001).Select(ms => TimeSpan.FromMilliseconds(ms)).Where(at => IsSymptom(script.At(at))).ToList();

        if (script.FirstSymptom is { } first)
            Assert.All(scan, at => Assert.True(at >= first - TimeSpan.FromTicks(10)));
        else
            Assert.Empty(scan);
        if (scan.Count > 0)
            Assert.InRange(scan[0] - script.FirstSymptom!.Value, TimeSpan.FromTicks(-10), TimeSpan.FromMilliseconds(2));
    }, iter: 200);

    [Theory]
    [InlineData(0.5, 0.4)]
    [InlineData(0.5, 1.1)]
    [InlineData(0.5, double.NaN)]
    public void Script_KeyframesOutOfOrderOrRun_IsRefused(double first, double second) =>
        Assert.Throws<ArgumentException>(() => new FaultScript(Duration, [new(first, FaultLevel.Normal), new(second, FaultLevel.Normal)]));

    private static bool IsSymptom(FaultLevel level) =>
        level.ExtraDelayMs + FaultScript.ServiceMs > FaultScript.SlowAnswerMs || level.ErrorRate > 0 || level.HangRate > 0 || level.Crashed;
}
