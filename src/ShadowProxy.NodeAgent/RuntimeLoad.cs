namespace ShadowProxy.NodeAgent;

/// <summary>Measures the runtime of this process. Not safe for concurrent use.</summary>
/// <param name="connections">Counts open connections.</param>
/// <param name="time">Clock.</param>
internal sealed class RuntimeLoad(ConnectionCounter connections, TimeProvider time)
{
    private readonly ThreadPoolProbe _probe = new(time);
    private TimeSpan _paused = GC.GetTotalPauseDuration();

    /// <summary>Takes a sample.</summary>
    /// <param name="elapsed">The time since the last one.</param>
    public RuntimeSample Sample(TimeSpan elapsed)
    {
        var paused = GC.GetTotalPauseDuration();
        var pause = elapsed > TimeSpan.Zero ? (paused - _paused) / elapsed : 0;
        _paused = paused;
        var memory = GC.GetGCMemoryInfo();
        var heap = memory.TotalAvailableMemoryBytes > 0 ? memory.HeapSizeBytes / (double)memory.TotalAvailableMemoryBytes : double.NaN;
        return new RuntimeSample(Math.Min(1, pause), Math.Min(1, heap), ThreadPool.PendingWorkItemCount, _probe.Measure(), connections.Open);
    }
}
