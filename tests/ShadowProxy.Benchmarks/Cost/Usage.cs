using System.Globalization;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>What a process has used since its start.</summary>
/// <param name="Cpu">User and kernel time of all its threads.</param>
/// <param name="Allocated">Bytes allocated on the managed heap.</param>
internal readonly record struct Usage(TimeSpan Cpu, long Allocated)
{
    public static Usage Now => new(Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));

    public static Usage operator -(Usage after, Usage before) => new(after.Cpu - before.Cpu, after.Allocated - before.Allocated);

    public static Usage Parse(string line)
    {
        var parts = line.Split(' ');
        return new Usage(
            TimeSpan.FromTicks(long.Parse(parts[0], CultureInfo.InvariantCulture)), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cpu.Ticks} {Allocated}");
}
