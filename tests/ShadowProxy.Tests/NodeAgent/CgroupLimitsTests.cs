using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class CgroupLimitsTests : IDisposable
{
    private const string Cgroup = "sys/fs/cgroup/";
    private readonly RootDirectory _root = new();

    private CgroupLimits Limits => new(new CgroupFiles(_root.Path));

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Cpu_V2Limit_IsUsageAndQuotaOverPeriod()
    {
        V2("app.slice/app.service");
        Cpu2("app.slice/app.service/", "150000 100000", usedMicroseconds: 2_500_000);

        var cpu = Limits.Cpu();

        Assert.Equal((TimeSpan.FromSeconds(2.5), 1.5), (cpu!.Value.Used, cpu.Value.Cores));
    }

    [Fact]
    public void Cpu_V2LimitOnlyOnParent_IsTheParents()
    {
        V2("pod/container");
        Cpu2("pod/container/", "max 100000", usedMicroseconds: 1);
        Cpu2("pod/", "50000 100000", usedMicroseconds: 2_000_000);

        var cpu = Limits.Cpu();

        Assert.Equal((TimeSpan.FromSeconds(2), 0.5), (cpu!.Value.Used, cpu.Value.Cores));
    }

    [Theory]
    [InlineData("max 100000")]
    [InlineData("")]
    [InlineData("100000")]
    [InlineData("fast 100000")]
    [InlineData("100000 0")]
    [InlineData("-1 100000")]
    public void Cpu_V2NoLimitOrMalformed_IsUnknown(string max)
    {
        V2("");
        Cpu2("", max, usedMicroseconds: 1);

        Assert.Null(Limits.Cpu());
    }

    [Fact]
    public void Cpu_V1Limit_IsUsageAndQuotaOverPeriod()
    {
        _root.With("proc/self/cgroup", "3:cpu,cpuacct:/docker/1\n2:memory:/docker/1\n0::/\n")
            .With(Cgroup + "cpu/docker/1/cpu.cfs_quota_us", "200000\n")
            .With(Cgroup + "cpu/docker/1/cpu.cfs_period_us", "100000\n")
            .With(Cgroup + "cpuacct/docker/1/cpuacct.usage", "3000000000\n");

        var cpu = Limits.Cpu();

        Assert.Equal((TimeSpan.FromSeconds(3), 2.0), (cpu!.Value.Used, cpu.Value.Cores));
    }

    [Fact]
    public void Cpu_V1WithoutQuota_IsUnknown()
    {
        _root.With("proc/self/cgroup", "3:cpu,cpuacct:/\n")
            .With(Cgroup + "cpu/cpu.cfs_quota_us", "-1\n")
            .With(Cgroup + "cpu/cpu.cfs_period_us", "100000\n")
            .With(Cgroup + "cpuacct/cpuacct.usage", "3000000000\n");

        Assert.Null(Limits.Cpu());
    }

    [Fact]
    public void Memory_V2Limit_CountsNoDroppableCache()
    {
        V2("a");
        _root.With(Cgroup + "a/memory.current", "700\n")
            .With(Cgroup + "a/memory.max", "1000\n")
            .With(Cgroup + "a/memory.stat", "anon 400\ninactive_file 100\nactive_file 200\n");

        Assert.Equal(0.6, Limits.Memory());
    }

    [Theory]
    [InlineData("max")]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("0")]
    public void Memory_V2NoLimitOrMalformed_IsUnknown(string max)
    {
        V2("");
        _root.With(Cgroup + "memory.current", "700\n").With(Cgroup + "memory.max", max + "\n");

        Assert.Null(Limits.Memory());
    }

    [Theory]
    [InlineData("2000", 0.3)]
    [InlineData("9223372036854771712", null)]
    public void Memory_V1_IsUsageOverLimitWhereThereIsOne(string limit, double? expected)
    {
        _root.With("proc/self/cgroup", "2:memory:/host/path/unseen/in/the/container\n")
            .With(Cgroup + "memory/memory.usage_in_bytes", "1000\n")
            .With(Cgroup + "memory/memory.limit_in_bytes", limit + "\n")
            .With(Cgroup + "memory/memory.stat", "cache 500\ntotal_inactive_file 400\n");

        Assert.Equal(expected, Limits.Memory());
    }

    [Fact]
    public void Limits_NoCgroupsAtAll_AreUnknown()
    {
        Assert.Null(Limits.Cpu());
        Assert.Null(Limits.Memory());
    }

    private void V2(string path) => _root.With("proc/self/cgroup", $"0::/{path}\n");

    private void Cpu2(string directory, string max, long usedMicroseconds) => _root
        .With(Cgroup + directory + "cpu.max", max + "\n")
        .With(Cgroup + directory + "cpu.stat", $"usage_usec {usedMicroseconds}\nuser_usec 5\n");
}
