namespace ShadowProxy.Tests.Forwarding.InProcess;

/// <summary>Real time, with the timers counted that are not disposed of.</summary>
internal sealed class CountingTimeProvider : TimeProvider
{
    private int _timers;

    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return new Timer(this, base.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class Timer(CountingTimeProvider counter, ITimer inner) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                Interlocked.Decrement(ref counter._timers);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
