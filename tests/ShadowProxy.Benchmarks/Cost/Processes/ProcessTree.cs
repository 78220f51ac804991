using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ShadowProxy.Benchmarks.Cost.Processes;

/// <summary>What a process and all its descendants use (Linux).</summary>
internal static class ProcessTree
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID (clock_gettime(2)).</summary>
    private const int ThreadClock = 3;

    /// <summary>User and kernel time since each process started, to the nanosecond.</summary>
    public static TimeSpan CpuOf(int root) => IdsOf(root).Aggregate(TimeSpan.Zero, (sum, id) => sum + CpuClock(id));

    /// <summary>The same of the calling thread alone.</summary>
    public static TimeSpan CpuOfThisThread => ReadClock(ThreadClock);

    /// <summary>Proportional set size, in bytes: pages shared by n processes count a n-th for each.</summary>
    public static long MemoryOf(int root) => IdsOf(root).Sum(MemoryOfProcess);

    /// <summary>The process and all its descendants.</summary>
    public static IReadOnlyList<int> IdsOf(int root)
    {
        var childrenOf = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(ParentOf);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(childrenOf[tree[i]]);
        return tree;
    }

    /// <summary>The fourth field of <c>/proc/PID/stat</c>; the second, the name in parentheses, may hold anything (proc(5)).</summary>
    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It ended just now.
        }
    }

    private static long MemoryOfProcess(int id)
    {
        var line = File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The process's CPU clock, whose id is made of the process's (clock_getcpuclockid(3)); stat counts in steps of 10 ms.</summary>
    private static TimeSpan CpuClock(int id)
    {
        const int scheduled = 2;
        return ReadClock((~id << 3) | scheduled);
    }

    private static TimeSpan ReadClock(int clock) => clock_gettime(clock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
        : throw new Win32Exception();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int clock_gettime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
