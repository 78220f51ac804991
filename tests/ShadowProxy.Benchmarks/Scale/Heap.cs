using System.Diagnostics;
using ShadowProxy.Benchmarks.Cost.Reporting;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>What lives on the managed heap, and how long it holds up a collection.</summary>
internal static class Heap
{
    /// <summary>Collections that <see cref="PauseMs"/> takes the median of.</summary>
    public const int Collections = 9;

    /// <summary>Bytes alive.</summary>
    public static double Alive()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>How long a blocking full collection takes, in milliseconds.</summary>
    public static double PauseMs(bool compacting) =>
        Statistics.Median([.. Enumerable.Range(0, Collections).Select(_ => (double?)TimeCollection(compacting))])!.Value;

    private static double TimeCollection(bool compacting)
    {
        var started = Stopwatch.GetTimestamp();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
