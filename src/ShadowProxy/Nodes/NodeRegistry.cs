using System.Collections.Concurrent;

namespace ShadowProxy.Nodes;

/// <summary>
/// All clusters and nodes, and the slots by which the tables refer to nodes. Thread-safe: changes are made under a lock and published
/// as new arrays; readers take no lock.
/// </summary>
internal sealed class NodeRegistry
{
    /// <summary>Nodes that may be known at once.</summary>
    public const int Capacity = ushort.MaxValue;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, ShadowCluster> _clusters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Stack<ushort> _freeSlots = new();
    private readonly List<ushort> _generations = [];
    private Node?[] _slots = [];

    /// <summary>All clusters.</summary>
    public IEnumerable<ShadowCluster> Clusters => _clusters.Values;

    /// <summary>How many clusters there are.</summary>
    public int ClusterCount => _clusters.Count;

    /// <summary>The node that the tables mean; null where it is gone.</summary>
    public Node? Resolve(NodeRef reference)
    {
        var slots = Volatile.Read(ref _slots);
        return !reference.IsNone && reference.Slot < slots.Length && slots[reference.Slot] is { } node && node.Ref == reference ? node : null;
    }

    /// <summary>The cluster of an id, made when asked for the first time.</summary>
    public ShadowCluster GetOrAddCluster(string id) => _clusters.GetOrAdd(id, static id => new ShadowCluster(id));

    /// <summary>The cluster of an id, or null.</summary>
    public ShadowCluster? FindCluster(string id) => _clusters.GetValueOrDefault(id);

    /// <summary>The node of an id, or null.</summary>
    public Node? FindNode(string cluster, string node) =>
        FindCluster(cluster)?.Nodes.FirstOrDefault(n => n.Id.Equals(node, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes a cluster's nodes what is described. A node stays the same while its id, its address and its destination do.</summary>
    public void Update(string clusterId, IReadOnlyList<NodeDescription> described)
    {
        lock (_lock)
        {
            var cluster = GetOrAddCluster(clusterId);
            var before = cluster.Nodes.ToDictionary(n => n.Id, StringComparer.OrdinalIgnoreCase);
            var nodes = new List<Node>(described.Count);
            var created = new List<Node>();
            foreach (var description in described.OrderBy(d => d.Id, StringComparer.Ordinal))
            {
                if (before.TryGetValue(description.Id, out var node) && node.Address == description.Address
                    && ReferenceEquals(node.Destination, description.Destination))
                {
                    before.Remove(description.Id);
                    node.Settings = description.Settings;
                }
                else
                {
                    node = Create(clusterId, description);
                    created.Add(node);
                }

                nodes.Add(node);
            }

            // Whom the cluster names is to be found by its slot: those that came first, those that went last.
            Publish(created, isThere: true);
            cluster.SetNodes([.. nodes]);
            Publish(before.Values, isThere: false);
            foreach (var gone in before.Values)
                _freeSlots.Push(gone.Ref.Slot);
        }
    }

    /// <summary>Forgets a cluster and its nodes.</summary>
    public void Remove(string clusterId)
    {
        Update(clusterId, []);
        _clusters.TryRemove(clusterId, out _);
    }

    private Node Create(string cluster, NodeDescription description)
    {
        if (!_freeSlots.TryPop(out var slot))
        {
            if (_generations.Count == Capacity)
                throw new InvalidOperationException($"More than {Capacity} nodes.");
            slot = (ushort)_generations.Count;
            _generations.Add(0);
        }

        var generation = ++_generations[slot];
        if (generation == 0)
            generation = ++_generations[slot];
        return new Node(cluster, description.Id, description.Address, description.Settings, new NodeRef(slot, generation), description.Destination);
    }

    private void Publish(IReadOnlyCollection<Node> changed, bool isThere)
    {
        if (changed.Count == 0)
            return;
        var slots = new Node?[_generations.Count];
        _slots.CopyTo(slots, 0);
        foreach (var node in changed)
            slots[node.Ref.Slot] = isThere ? node : null;
        Volatile.Write(ref _slots, slots);
    }
}
