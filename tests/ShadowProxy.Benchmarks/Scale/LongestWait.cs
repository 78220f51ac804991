using System.Diagnostics;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>How long the longest of many operations took. One thread's own.</summary>
internal sealed class LongestWait
{
    private static readonly long Millisecond = Stopwatch.Frequency / 1000;

    private long _ticks;

    /// <summary>Operations timed.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them took over 1 ms.</summary>
    public long OverOne { get; private set; }

    /// <summary>How many of them took over 5 ms.</summary>
    public long OverFive { get; private set; }

    /// <summary>The longest, in milliseconds.</summary>
    public double Milliseconds => _ticks / (double)Millisecond;

    /// <summary>Takes in an operation.</summary>
    /// <param name="started">When it began.</param>
    /// <returns>When it ended.</returns>
    public long Add(long started)
    {
        var ended = Stopwatch.GetTimestamp();
        var took = ended - started;
        Count++;
        _ticks = Math.Max(_ticks, took);
        if (took > Millisecond)
            OverOne++;
        if (took > 5 * Millisecond)
            OverFive++;
        return ended;
    }
}
