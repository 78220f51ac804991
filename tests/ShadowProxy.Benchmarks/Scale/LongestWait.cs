using System.Diagnostics;
using ShadowProxy.Benchmarks.Cost.Processes;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>How long the longest of many operations took, by the clock and by its own use of the processor. One thread's own.</summary>
internal sealed class LongestWait
{
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(5);

    private long _started;
    private long _began;
    private TimeSpan _cpuBegan;
    private TimeSpan _ended;
    private TimeSpan _longest;
    private TimeSpan _longestCpu;

    /// <summary>Operations timed.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them took over 5 ms by the clock.</summary>
    public long Over { get; private set; }

    /// <summary>The longest by the clock, in milliseconds: what others did on the processor meanwhile is in it.</summary>
    public double LongestMs => _longest.TotalMilliseconds;

    /// <summary>The longest by its own processor time, in milliseconds.</summary>
    public double LongestCpuMs => _longestCpu.TotalMilliseconds;

    /// <summary>How many a second took over 5 ms.</summary>
    public double OverPerSecond => Over / _ended.TotalSeconds;

    /// <summary>An operation begins.</summary>
    public void Begin()
    {
        _cpuBegan = ProcessTree.CpuOfThisThread;
        _began = Stopwatch.GetTimestamp();
        if (Count == 0)
            _started = _began;
    }

    /// <summary>It is done.</summary>
    public void End()
    {
        var took = Stopwatch.GetElapsedTime(_began);
        var cpu = ProcessTree.CpuOfThisThread - _cpuBegan;
        _ended = Stopwatch.GetElapsedTime(_started);
        Count++;
        Over += took > Long ? 1 : 0;
        _longest = took > _longest ? took : _longest;
        _longestCpu = cpu > _longestCpu ? cpu : _longestCpu;
    }
}
