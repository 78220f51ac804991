using ShadowProxy.Nodes;

namespace ShadowProxy.Forwarding.Hedging;

/// <summary>
/// A route's attempts that wait for their answer, in the order in which they become overdue: one timer for all, set for the first of them, so
/// that an attempt that is answered in time costs a place in a queue. Thread-safe. What it tells an attempt must not throw.
/// </summary>
internal sealed class OverdueQueue(TimeProvider time) : IDisposable
{
    /// <summary>Attempts beyond that are not watched; so many wait only where all of a route hangs, and then a few tell enough.</summary>
    private const int MostWaiting = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(IWaitingAttempt Attempt, long Due)> _waiting = new();
    private ITimer? _timer;
    private bool _isSet;

    /// <summary>Watches an attempt until it is over.</summary>
    /// <param name="attempt">Told when it is overdue.</param>
    /// <param name="beganAt">When it began, as a timestamp.</param>
    /// <param name="afterMs">Milliseconds after which it is overdue.</param>
    public void Enter(IWaitingAttempt attempt, long beganAt, double afterMs)
    {
        var due = beganAt + (long)(afterMs * time.TimestampFrequency / 1000);
        lock (_lock)
        {
            while (_waiting.TryPeek(out var first) && first.Attempt.IsOver)
                _waiting.Dequeue();
            if (_waiting.Count >= MostWaiting)
                return;
            _waiting.Enqueue((attempt, due));
            if (!_isSet)
                Set(due, time.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Set(long due, long now)
    {
        var after = time.GetElapsedTime(now, Math.Max(now, due));
        _isSet = true;
        (_timer ??= CreateTimer()).Change(after, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer outlives the request that happens to be the first: nothing of that one's context goes along with it.</summary>
    private ITimer CreateTimer()
    {
        using AsyncFlowControl? suppressed = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        return time.CreateTimer(static queue => ((OverdueQueue)queue!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        List<IWaitingAttempt>? overdue = null;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _isSet = false;
            while (_waiting.TryPeek(out var first))
            {
                if (!first.Attempt.IsOver && first.Due > now)
                {
                    Set(first.Due, now);
                    break;
                }

                _waiting.Dequeue();
                if (!first.Attempt.IsOver)
                    (overdue ??= []).Add(first.Attempt);
            }
        }

        foreach (var attempt in overdue ?? [])
            attempt.OnOverdue();
    }
}
