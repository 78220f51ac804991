using System.Globalization;
using System.Runtime.InteropServices;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>The machine that a benchmark ran on.</summary>
/// <param name="Cores">Processors.</param>
/// <param name="Cpu">Their model, where the system tells.</param>
/// <param name="Kernel">The operating system.</param>
/// <param name="Runtime">.NET's version.</param>
internal sealed record Machine(int Cores, string Cpu, string Kernel, string Runtime)
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const string Stat = "/proc/stat";

    /// <summary>This one.</summary>
    public static Machine This { get; } = new(
        Environment.ProcessorCount,
        File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "unknown"
            : "unknown",
        $"{RuntimeInformation.OSDescription}",
        RuntimeInformation.FrameworkDescription);

    /// <summary>What its processors have done since it started.</summary>
    public static CpuTime CpuTime => File.Exists(Stat) ? CpuTime.Parse(File.ReadLines(Stat).First()) : default;

    public override string ToString() => $"{Cores} cores ({Cpu}), {Kernel}, {Runtime}";
}

/// <summary>What processors have done, in ticks of the kernel.</summary>
internal readonly record struct CpuTime(long Busy, long Total)
{
    /// <summary>Reads the first line of <c>/proc/stat</c> (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal.</summary>
    public static CpuTime Parse(string line)
    {
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var total = ticks.Sum();
        return new CpuTime(total - ticks[3] - ticks[4], total);
    }

    /// <summary>The part of its time that the machine was busy since an earlier moment, percent.</summary>
    public double BusyPercentSince(CpuTime earlier) => Total == earlier.Total ? 0 : 100.0 * (Busy - earlier.Busy) / (Total - earlier.Total);
}
