namespace ShadowProxy.Nodes;

/// <summary>An attempt that waits for a node's answer.</summary>
internal interface IWaitingAttempt
{
    /// <summary>True once it waits no more.</summary>
    bool IsOver { get; }

    /// <summary>The answer should have come by now.</summary>
    void OnOverdue();

    /// <summary>True where it is not to end on a node that takes no flows any more.</summary>
    bool LeavesWithItsFlow { get; }

    /// <summary>The node does not answer at all any more, or takes no flows and the attempt is not to end there.</summary>
    void OnNodeLost();
}

/// <summary>
/// A node's attempts whose answer is overdue: when the node is lost, they need not wait for their time-out. Thread-safe: requests add
/// theirs, the monitor alone looks at them.
/// </summary>
internal sealed class StrandedAttempts
{
    private const int Most = 4096;

    private readonly Lock _lock = new();
    private readonly List<IWaitingAttempt> _attempts = [];

    /// <summary>Adds one.</summary>
    public void Add(IWaitingAttempt attempt)
    {
        lock (_lock)
        {
            if (_attempts.Count == Most)
                _attempts.RemoveAll(waiting => waiting.IsOver);
            if (_attempts.Count < Most)
                _attempts.Add(attempt);
        }
    }

    /// <summary>Called by the monitor once a tick: lets go of those that are over, and of those that the node is lost to.</summary>
    /// <param name="isDead">The node does not answer at all.</param>
    /// <param name="isAway">It takes no flows, on more than a forecast.</param>
    /// <returns>How many those are.</returns>
    public int Look(bool isDead, bool isAway)
    {
        List<IWaitingAttempt>? lost = null;
        lock (_lock)
        {
            if (_attempts.Count == 0)
                return 0;
            if (isDead || isAway)
                lost = _attempts.FindAll(attempt => !attempt.IsOver && (isDead || attempt.LeavesWithItsFlow));
            _attempts.RemoveAll(attempt => attempt.IsOver || isDead || (isAway && attempt.LeavesWithItsFlow));
        }

        if (lost is { Count: > 0 })
            ThreadPool.UnsafeQueueUserWorkItem(Tell, lost, preferLocal: false);
        return lost?.Count ?? 0;
    }

    /// <summary>Requests begin here: not on the monitor's thread.</summary>
    private static void Tell(List<IWaitingAttempt> lost)
    {
        foreach (var attempt in lost)
            attempt.OnNodeLost();
    }
}
