namespace ShadowProxy.NodeAgent;

/// <summary>
/// Tells how long a work item waits for a thread of the pool, by queueing one of its own: where all threads are blocked, requests wait as
/// long. One caller; the pool is the other thread.
/// </summary>
/// <param name="time">Clock.</param>
/// <param name="queue">Queues a work item; left out: the pool.</param>
internal sealed class ThreadPoolProbe(TimeProvider time, Action<IThreadPoolWorkItem>? queue = null) : IThreadPoolWorkItem
{
    private readonly Action<IThreadPoolWorkItem> _queue =
        queue ?? (static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false));

    private long _queuedAt;
    private long _wait;
    private bool _isQueued;

    /// <summary>How long the last one waited, or the present one has waited so far.</summary>
    public TimeSpan Measure()
    {
        if (Volatile.Read(ref _isQueued))
            return time.GetElapsedTime(_queuedAt);
        var wait = TimeSpan.FromTicks(_wait);
        _queuedAt = time.GetTimestamp();
        Volatile.Write(ref _isQueued, true);
        _queue(this);
        return wait;
    }

    void IThreadPoolWorkItem.Execute()
    {
        _wait = time.GetElapsedTime(_queuedAt).Ticks;
        Volatile.Write(ref _isQueued, false);
    }
}
