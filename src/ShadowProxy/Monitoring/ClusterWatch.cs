using ShadowProxy.Migration;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>What the monitor keeps of one cluster from tick to tick. The monitor's thread alone uses it.</summary>
internal sealed class ClusterWatch(ShadowCluster cluster)
{
    private const double PanicIntervalSeconds = 30;

    private const double ClassifySeconds = 1;

    /// <summary>A node answers late from this many times the routes' norms on.</summary>
    private const double LateFrom = 1.5;

    /// <summary>With fewer peers than this, a single one that looks alike suffices.</summary>
    private const int FewPeers = 3;

    private Node[] _followed = [];
    private double _classifiedAt = double.NegativeInfinity;
    private double _panicToldAt = double.NegativeInfinity;
    private double[] _ratios = [];
    private double _mostWanted;
    private bool _areAllDegraded;

    /// <summary>The cluster.</summary>
    public ShadowCluster Cluster { get; } = cluster;

    /// <summary>Its nodes, in the cluster's order.</summary>
    public List<NodeWatch> Watches { get; } = [];

    /// <summary>What the present tick found of each, in the same order.</summary>
    public List<(Verdict Verdict, StateChange? Change)> Steps { get; } = [];

    /// <summary>Weighs them.</summary>
    public NodeJudge Judge { get; } = new();

    /// <summary>Says what the cluster can bear.</summary>
    public CapacityGuard Guard { get; } = new();

    /// <summary>Whether it has more to do than it does well: it is short of nodes or of room on them, or most of them answer late.</summary>
    public bool IsLoaded => Guard.IsShort || !Guard.HasRoom(leaving: null) || Watches.Count(watch => watch.Node.Health.TypicalLatency > LateFrom) * 2 > Watches.Count;

    /// <summary>Looks at what the nodes say of themselves, at the beginning of a tick.</summary>
    public void LookAtWords()
    {
        _areAllDegraded = Watches.TrueForAll(watch => watch.SaidDegraded is not null);
        _mostWanted = 0;
        foreach (var watch in Watches)
        {
            if (!watch.State.IsDead && watch.State.Share > 0)
                _mostWanted = Math.Max(_mostWanted, watch.Node.Sources.Weight);
        }
    }

    /// <summary>
    /// The part of its new flows that a node takes: half of them while it is suspect, and of these what it wants. That counts in relation to the
    /// node that wants most: what all want less of is shared as ever.
    /// </summary>
    public double ShareOfNew(NodeWatch watch)
    {
        var share = watch.State.State == NodeState.Suspect ? watch.State.Share / 2 : watch.State.Share;
        return _mostWanted > 0 ? share * Math.Min(1, watch.Node.Sources.Weight / _mostWanted) : share;
    }

    /// <summary>That a node calls itself degraded; null where it does not, or all do: a store that they share may be slow.</summary>
    public Evidence? DegradedOf(NodeWatch watch) => _areAllDegraded ? null : watch.SaidDegraded;

    /// <summary>Lets the detectors take in a tick.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="frozen">True where the cluster's nodes carry what another gave away.</param>
    public void LookForAnomalies(in TickTime tick, bool frozen)
    {
        foreach (var watch in Watches)
        {
            // What a stalled proxy measures is its own trouble.
            var isFrozen = frozen || tick.IsStalled || watch.State.State is not (NodeState.Healthy or NodeState.Suspect);
            watch.Anomaly.Observe(watch, tick.Seconds, isFrozen, Cluster.Settings.Network);
        }

        if (!Watches.Exists(watch => watch.Anomaly.Evidence is not null))
            return;
        if (_ratios.Length != Watches.Count)
            _ratios = new double[Watches.Count];
        for (var i = 0; i < _ratios.Length; i++)
            _ratios[i] = Watches[i].Anomaly.Ratio;
        Array.Sort(_ratios);
    }

    /// <summary>
    /// What looks unusual about a node, unless its peers look at least half as unusual: half of them, or any where they are few. Null where
    /// nothing does.
    /// </summary>
    public Evidence? AnomalyOf(NodeWatch watch)
    {
        if (watch.Anomaly.Evidence is not { } evidence)
            return null;
        // In the order of all, the node itself is near the end.
        var peers = _ratios.AsSpan(0, _ratios.Length - 1);
        var theirs = peers.Length == 0 ? 0 : peers[peers.Length < FewPeers ? ^1 : peers.Length / 2];
        return theirs >= watch.Anomaly.Ratio / 2 ? null : evidence;
    }

    /// <summary>Takes in nodes that came and drops those that went; what stays keeps its state.</summary>
    /// <returns>True where there may be others than before.</returns>
    public bool Follow(double seconds)
    {
        var nodes = Cluster.Nodes;
        if (seconds - _classifiedAt >= ClassifySeconds)
        {
            _classifiedAt = seconds;
            ConnectTime.Classify(nodes);
        }

        if (ReferenceEquals(nodes, _followed))
            return false;
        _followed = nodes;
        var before = Watches.ToDictionary(watch => watch.Node);
        Watches.Clear();
        foreach (var node in nodes)
            Watches.Add(before.GetValueOrDefault(node) ?? new NodeWatch(node, seconds));
        return true;
    }

    /// <summary>Whether a panic is worth telling again.</summary>
    public bool MayTellPanic(double seconds)
    {
        if (seconds - _panicToldAt < PanicIntervalSeconds)
            return false;
        _panicToldAt = seconds;
        return true;
    }
}
