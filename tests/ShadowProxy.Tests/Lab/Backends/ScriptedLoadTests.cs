using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Faults;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.Lab.Backends;

public sealed class ScriptedLoadTests : IDisposable
{
    private const double FairRps = 30;
    private readonly FakeTimeProvider _time = new();
    private readonly FaultClock _clock;
    private readonly ScriptedLoad _load;
    private int _crashes;

    public ScriptedLoadTests()
    {
        _clock = new FaultClock(_time, 1, () => _crashes++);
        _load = new ScriptedLoad(_clock);
    }

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void Sample_FairShareOfTraffic_IsWhatTheScriptSays()
    {
        Start(new FaultLevel(Cpu: 0.9, Memory: 0.8));

        var load = At(FairRps);

        Assert.Equal(0.9, load.Cpu, 9);
        Assert.Equal(0.8, load.Memory, 9);
    }

    [Fact]
    public void Sample_TrafficGone_CpuFallsAndMemoryStays()
    {
        Start(new FaultLevel(Cpu: 0.9, Memory: 0.8));

        var load = At(0);

        Assert.True(load.Cpu < 0.1);
        Assert.Equal(0.8, load.Memory, 9);
    }

    [Fact]
    public void Sample_WellNodeWithMoreTraffic_CpuGrowsWithIt()
    {
        Start(FaultLevel.Normal);

        Assert.Equal(At(2 * FairRps).Cpu - At(FairRps).Cpu, At(FairRps).Cpu - At(0).Cpu, 9);
    }

    [Fact]
    public void Sample_MoreTrafficThanItCanBear_CpuIsAtMostFull()
    {
        Start(new FaultLevel(Cpu: 0.98, Memory: 0.8));

        Assert.Equal(1, At(100 * FairRps).Cpu);
    }

    [Fact]
    public void Start_ScriptCrashes_CrashesAtItsTimeOnce()
    {
        _clock.Start(new FaultScript(TimeSpan.FromSeconds(10), [new(0.4, FaultLevel.Normal with { Crashed = true })]), FairRps, 1);

        _time.Advance(TimeSpan.FromSeconds(3.999));
        Assert.Equal(0, _crashes);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, _crashes);
    }

    [Fact]
    public void Start_CrashIsPast_DoesNotCrashAgain()
    {
        var script = new FaultScript(TimeSpan.FromSeconds(10),
            [new(0.4, FaultLevel.Normal with { Crashed = true }), new(0.6, FaultLevel.Normal with { Cpu = 0.5 })]);
        _clock.Start(script, FairRps, 1, TimeSpan.FromSeconds(6));

        Assert.Equal(0.5, _clock.Level.Cpu, 9);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, _crashes);
    }

    private void Start(FaultLevel level) => _clock.Start(new FaultScript(TimeSpan.FromSeconds(1), [new(0, level)]), FairRps, 1);

    private LoadSample At(double rps) => _load.Sample(new NodeTraffic(rps, 0, 0));
}
