namespace ShadowProxy.Nodes;

/// <summary>Where a node's flows went since its evacuation began. Thread-safe.</summary>
internal sealed class NodeDepartures
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _targets = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset _since;

    /// <summary>An evacuation begins.</summary>
    public void Begin(DateTimeOffset now)
    {
        lock (_lock)
        {
            _since = now;
            _targets.Clear();
        }
    }

    /// <summary>A flow left.</summary>
    public void Add(string to)
    {
        lock (_lock)
            _targets[to] = _targets.GetValueOrDefault(to) + 1;
    }

    /// <summary>When it began, and flows by where they went.</summary>
    public (DateTimeOffset Since, SortedDictionary<string, long> Targets) Read()
    {
        lock (_lock)
            return (_since, new SortedDictionary<string, long>(_targets, StringComparer.OrdinalIgnoreCase));
    }
}
