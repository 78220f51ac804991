namespace ShadowProxy.Nodes;

/// <summary>
/// Ends requests that stay in flight on a node for longer than they may once it takes no flows any more. Thread-safe: any request asks for
/// a token, the monitor alone lets time pass.
/// </summary>
internal sealed class NodeDrain
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TimeSpan, CancellationTokenSource> _sources = [];
    private double _passed = -1;

    /// <summary>Cancelled when the node has taken no flows for so long.</summary>
    public CancellationToken TokenFor(TimeSpan timeout)
    {
        lock (_lock)
        {
            if (!_sources.TryGetValue(timeout, out var source))
                _sources.Add(timeout, source = new CancellationTokenSource());
            return source.Token;
        }
    }

    /// <summary>
    /// Lets time pass. What is sent to the node after its requests were ended, because no other is left, is not ended again.
    /// </summary>
    /// <param name="away">Seconds since the node took its last flow; null while it takes some.</param>
    public void Advance(double? away)
    {
        lock (_lock)
        {
            var before = _passed;
            _passed = away ?? -1;
            if (away is null || _sources.Count == 0)
                return;
            foreach (var (timeout, source) in _sources.Where(pair => pair.Key.TotalSeconds > before && pair.Key.TotalSeconds <= away).ToArray())
            {
                _sources.Remove(timeout);
                // Its callbacks are whole requests' ends: not for the monitor's thread.
                _ = source.CancelAsync();
            }
        }
    }
}
