namespace ShadowProxy.NodeAgent;

/// <summary>CPU time used so far, and how much of it could be used a second.</summary>
/// <param name="Owner">Whose time it is; readings of different owners must not be compared.</param>
/// <param name="Used">CPU time used since some fixed moment.</param>
/// <param name="Cores">CPU seconds to be had a second.</param>
internal readonly record struct CpuReading(string Owner, TimeSpan Used, double Cores);

/// <summary>
/// CPU and memory of the nearest cgroup that limits them, version 2 before version 1; null where none does. The files are described in
/// the Linux kernel's <c>admin-guide/cgroup-v2</c> and <c>admin-guide/cgroup-v1</c>.
/// </summary>
internal sealed class CgroupLimits(CgroupFiles files)
{
    /// <summary>Version 1 writes "no limit" as the largest multiple of a page; anything near it is no limit.</summary>
    private const long NoLimit = long.MaxValue / 2;

    public CpuReading? Cpu() =>
        files.V2().Select(CpuV2).FirstOrDefault(reading => reading is not null)
        ?? files.V1("cpu").Zip(files.V1("cpuacct"), CpuV1).FirstOrDefault(reading => reading is not null);

    /// <summary>Memory in use over memory allowed; page cache that the kernel can drop at once does not count as used.</summary>
    public double? Memory() =>
        files.V2().Select(MemoryV2).FirstOrDefault(share => share is not null)
        ?? files.V1("memory").Select(MemoryV1).FirstOrDefault(share => share is not null);

    private static CpuReading? CpuV2(string directory)
    {
        if (CgroupFiles.TryRead(Path.Combine(directory, "cpu.max")) is not [var max, ..] || max.Split(' ') is not [var quota, var period])
            return null;

        var used = CgroupFiles.Number(directory, "cpu.stat", "usage_usec");
        return Reading(directory, used * 1000, CgroupFiles.ParseNumber(quota), CgroupFiles.ParseNumber(period));
    }

    private static CpuReading? CpuV1(string cpu, string cpuacct) => Reading(
        cpuacct,
        CgroupFiles.Number(cpuacct, "cpuacct.usage"),
        CgroupFiles.Number(cpu, "cpu.cfs_quota_us"),
        CgroupFiles.Number(cpu, "cpu.cfs_period_us"));

    private static CpuReading? Reading(string owner, long? usedNanoseconds, long? quota, long? period) =>
        usedNanoseconds is { } used && quota is > 0 && period is > 0
            ? new CpuReading(owner, TimeSpan.FromTicks(used / TimeSpan.NanosecondsPerTick), (double)quota / (double)period)
            : null;

    private static double? MemoryV2(string directory) => Share(
        CgroupFiles.Number(directory, "memory.current"),
        CgroupFiles.Number(directory, "memory.stat", "inactive_file"),
        CgroupFiles.Number(directory, "memory.max"));

    private static double? MemoryV1(string directory) => Share(
        CgroupFiles.Number(directory, "memory.usage_in_bytes"),
        CgroupFiles.Number(directory, "memory.stat", "total_inactive_file"),
        CgroupFiles.Number(directory, "memory.limit_in_bytes"));

    private static double? Share(long? used, long? droppable, long? limit) =>
        used is { } bytes && limit is > 0 and < NoLimit ? Math.Max(0, bytes - (droppable ?? 0)) / (double)limit : null;
}
