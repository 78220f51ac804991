using ShadowProxy.Configuration;

namespace ShadowProxy.Nodes;

/// <summary>
/// A cluster: its nodes as an immutable array, its settings, its rate. Thread-safe: everything is swapped whole.
/// </summary>
internal sealed class ShadowCluster(string id)
{
    private Node[] _nodes = [];
    private ClusterSettings _settings = ClusterSettings.Default;
    private double _totalWeight;
    private double _requestRate;
    private bool _isLoaded;
    private uint _failbackAsked;

    /// <summary>The cluster's id.</summary>
    public string Id { get; } = id;

    /// <summary>Its nodes by id; never changed in place.</summary>
    public Node[] Nodes => Volatile.Read(ref _nodes);

    /// <summary>What its configuration asks for.</summary>
    public ClusterSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set => Volatile.Write(ref _settings, value);
    }

    /// <summary>The sum of its nodes' weights.</summary>
    public double TotalWeight => Volatile.Read(ref _totalWeight);

    /// <summary>Requests a second of all its nodes, as the monitor last saw it.</summary>
    public double RequestRate
    {
        get => Volatile.Read(ref _requestRate);
        set => Volatile.Write(ref _requestRate, value);
    }

    /// <summary>True while the cluster has more to do than it does well, as the monitor last saw it: no work is added.</summary>
    public bool IsLoaded
    {
        get => Volatile.Read(ref _isLoaded);
        set => Volatile.Write(ref _isLoaded, value);
    }

    /// <summary>The latest <see cref="Node.FailbackAsked"/> of its nodes: a flow that moved since need not look for its home.</summary>
    public uint FailbackAsked
    {
        get => Volatile.Read(ref _failbackAsked);
        set => Volatile.Write(ref _failbackAsked, value);
    }

    /// <summary>What retries, replays and hedges may cost together: a fifth of the requests, and three a second.</summary>
    public RetryBudget Retries { get; } = new(perRequest: 0.2, perSecond: 3);

    /// <summary>What hedges may cost of that: a twentieth of the requests, and two in ten seconds, for clusters with few.</summary>
    public RetryBudget Hedges { get; } = new(perRequest: 0.05, perSecond: 0.2);

    /// <summary>The first node whose address has the host and the port; null where none has.</summary>
    public Node? NodeAt(string host, int port) => Array.Find(Nodes, node => node.IsAt(host, port));

    /// <summary>Replaces the nodes.</summary>
    public void SetNodes(Node[] nodes)
    {
        Volatile.Write(ref _totalWeight, nodes.Sum(n => n.Settings.Weight));
        Volatile.Write(ref _nodes, nodes);
    }
}
