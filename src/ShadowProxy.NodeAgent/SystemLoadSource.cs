using System.Diagnostics;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// CPU and memory of this node: of the nearest cgroup with a limit; where there is none, the process's CPU over the machine's cores, and
/// the machine's memory (Linux) or the process's working set over the machine's memory (elsewhere). Not safe for concurrent use.
/// </summary>
/// <param name="time">Clock.</param>
/// <param name="root">Root of the file system; other than <c>/</c> in tests.</param>
internal sealed class SystemLoadSource(TimeProvider time, string root = "/") : ILoadSource
{
    private readonly CgroupLimits _limits = new(new CgroupFiles(root));
    private CpuReading _last;
    private long _readAt;

    public LoadSample Sample(in NodeTraffic traffic) => new(Cpu(), _limits.Memory() ?? MachineMemory() ?? ProcessMemory());

    /// <summary>Share of the CPU used since the last call; NaN at the first one, or where the limit has moved to another cgroup.</summary>
    private double Cpu()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_readAt, now);
        var reading = _limits.Cpu() ?? new CpuReading("process", Environment.CpuUsage.TotalTime, Environment.ProcessorCount);
        var cpu = reading.Owner == _last.Owner && elapsed > TimeSpan.Zero
            ? (reading.Used - _last.Used) / elapsed / reading.Cores
            : double.NaN;
        _last = reading;
        _readAt = now;
        return cpu;
    }

    private double? MachineMemory()
    {
        var lines = CgroupFiles.TryRead(Path.Combine(root, "proc/meminfo"));
        return KiB("MemTotal:") is > 0 and { } total && KiB("MemAvailable:") is { } available ? 1 - (double)available / total : null;

        long? KiB(string key) => lines.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) is { } line
            ? CgroupFiles.ParseNumber(line.AsSpan(key.Length).TrimEnd("kB"))
            : null;
    }

    private static double ProcessMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }
}
