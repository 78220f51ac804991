using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Keeps the recent past of nodes, once a second, for sparklines: of so many nodes at most (4 KiB each). Where there are more, a node's begins when
/// it is first looked at, in place of the one that nobody has looked at for longest. Thread-safe.
/// </summary>
internal sealed class SeriesRecorder
{
    /// <summary>Nodes whose past is kept.</summary>
    public const int MostNodes = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Node, SeriesRing> _rings = [];
    private long _second = long.MinValue;
    private long _looks;
    private DateTimeOffset _now;

    /// <summary>Takes a sample of each node, where a second has passed. The monitor's thread alone calls it.</summary>
    public void Sample(NodeRegistry registry, double seconds, DateTimeOffset now)
    {
        var second = (long)seconds;
        if (second == _second)
            return;
        lock (_lock)
        {
            (_second, _now) = (second, now);
            foreach (var cluster in registry.Clusters)
            {
                foreach (var node in cluster.Nodes)
                {
                    if (_rings.Count < MostNodes)
                        _rings.TryAdd(node, new SeriesRing());
                    if (_rings.TryGetValue(node, out var ring))
                        ring.Add(second, node);
                }
            }

            // A node that left the configuration took part in no sample.
            foreach (var (node, ring) in _rings)
            {
                if (ring.Last != second && ring.Last != long.MinValue)
                    _rings.Remove(node);
            }
        }
    }

    /// <summary>A node's recent past; empty when it has just begun to be kept.</summary>
    public NodeSeries Read(Node node)
    {
        lock (_lock)
        {
            if (!_rings.TryGetValue(node, out var ring))
            {
                if (_rings.Count >= MostNodes)
                    _rings.Remove(_rings.MinBy(pair => pair.Value.LookedAt).Key);
                _rings[node] = ring = new SeriesRing();
            }

            ring.LookedAt = ++_looks;
            return ring.Read(node, _now);
        }
    }
}
