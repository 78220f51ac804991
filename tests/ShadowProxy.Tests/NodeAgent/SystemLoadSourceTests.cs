using Microsoft.Extensions.Time.Testing;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class SystemLoadSourceTests : IDisposable
{
    private readonly RootDirectory _root = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Sample_CgroupLimit_CpuIsTheShareOfTheLimitUsedSinceTheLastSample()
    {
        Used(1_000_000);
        var source = new SystemLoadSource(_time, _root.Path);

        var first = source.Sample(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        Used(2_500_000);
        var second = source.Sample(default);

        Assert.Equal(double.NaN, first.Cpu);
        Assert.Equal(0.75, second.Cpu, 6);
    }

    [Fact]
    public void Sample_LimitAppears_CpuIsUnknownOnce()
    {
        var source = new SystemLoadSource(_time, _root.Path);
        source.Sample(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        var unlimited = source.Sample(default);
        Used(3_000_000);
        _time.Advance(TimeSpan.FromSeconds(1));
        var limited = source.Sample(default);

        Assert.InRange(unlimited.Cpu, 0, double.MaxValue);
        Assert.Equal(double.NaN, limited.Cpu);
    }

    [Fact]
    public void Sample_NoMemoryLimit_MemoryIsTheMachines()
    {
        _root.With("proc/meminfo", "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\n");

        Assert.Equal(0.6, new SystemLoadSource(_time, _root.Path).Sample(default).Memory, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MemTotal: lots\nMemAvailable: 400 kB\n")]
    public void Sample_NothingKnownOfMemory_IsTheProcesss(string meminfo)
    {
        _root.With("proc/meminfo", meminfo);

        Assert.InRange(new SystemLoadSource(_time, _root.Path).Sample(default).Memory, double.Epsilon, 1);
    }

    private void Used(long microseconds) => _root
        .With("proc/self/cgroup", "0::/\n")
        .With("sys/fs/cgroup/cpu.max", "200000 100000\n")
        .With("sys/fs/cgroup/cpu.stat", $"usage_usec {microseconds}\n");
}
