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

    /// <summary>What retries may cost.</summary>
    public RetryBudget Retries { get; } = new();

    /// <summary>Replaces the nodes.</summary>
    public void SetNodes(Node[] nodes)
    {
        Volatile.Write(ref _totalWeight, nodes.Sum(n => n.Settings.Weight));
        Volatile.Write(ref _nodes, nodes);
    }
}
