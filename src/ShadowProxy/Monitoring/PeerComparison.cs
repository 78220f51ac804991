namespace ShadowProxy.Monitoring;

/// <summary>
/// One signal over a cluster's nodes at one tick: how far each has moved from its own baseline, and how far its peers have. The
/// monitor's thread alone uses it; the buffers are kept from tick to tick.
/// </summary>
internal sealed class PeerComparison(Signal signal)
{
    /// <summary>With fewer peers than this, a single one that moved alike suffices to call a move shared.</summary>
    private const int FewPeers = 3;

    private double[] _bases = [];
    private double[] _moves = [];
    private double[] _sortedValues = [];
    private double[] _sortedMoves = [];
    private double[] _sortedSpreads = [];
    private int _known;
    private int _movesKnown;
    private int _nodes;

    /// <summary>The signal.</summary>
    public Signal Signal { get; } = signal;

    /// <summary>Takes in the tick's values.</summary>
    public void Fill(List<NodeWatch> watches)
    {
        if (_moves.Length < watches.Count)
        {
            Array.Resize(ref _bases, watches.Count);
            Array.Resize(ref _moves, watches.Count);
            Array.Resize(ref _sortedValues, watches.Count);
            Array.Resize(ref _sortedMoves, watches.Count);
            Array.Resize(ref _sortedSpreads, watches.Count);
        }

        _known = 0;
        foreach (var watch in watches)
        {
            if (!double.IsNaN(ValueOf(watch)))
                _sortedValues[_known++] = ValueOf(watch);
        }

        Array.Sort(_sortedValues, 0, _known);
        var moves = 0;
        for (var i = 0; i < watches.Count; i++)
        {
            _bases[i] = BaseOf(watches[i]);
            _moves[i] = ValueOf(watches[i]) - _bases[i];
            if (!double.IsNaN(_moves[i]))
                _sortedMoves[moves++] = _moves[i];
        }

        Array.Sort(_sortedMoves, 0, moves);
        _movesKnown = moves;
        _nodes = watches.Count;
        for (var i = 0; i < _nodes; i++)
            _sortedSpreads[i] = watches[i].Spread(Signal);
        Array.Sort(_sortedSpreads, 0, _nodes);
    }

    /// <summary>What is normal for the node: its own baseline, or its peers' present value while it has none.</summary>
    public double Base(int node) => _bases[node];

    /// <summary>How far it moved from there; NaN where unknown.</summary>
    public double Move(int node) => _moves[node];

    /// <summary>The median move of the others; NaN where there are none.</summary>
    public double PeersMove(int node) => MedianWithout(_sortedMoves, _movesKnown, _moves[node]);

    /// <summary>The median value of the others; NaN where there are none.</summary>
    public double PeersValue(double own) => MedianWithout(_sortedValues, _known, own);

    /// <summary>The median spread of the others; NaN where there are none.</summary>
    public double PeersSpread(double own) => MedianWithout(_sortedSpreads, _nodes, own);

    /// <summary>Whether what moved the node moved its peers too: half of them, or any where they are few, at least half as far.</summary>
    public bool IsShared(int node)
    {
        var move = _moves[node];
        var peers = _movesKnown - 1;
        if (double.IsNaN(move) || peers < 1)
            return false;
        var theirs = peers >= FewPeers ? PeersMove(node) : Highest(move);
        return theirs >= move / 2;
    }

    /// <summary>The value of a node that serves; what one that takes no flows showed last is no measure for the others.</summary>
    private double ValueOf(NodeWatch watch) => watch.State.IsDead || watch.State.Share <= 0 ? double.NaN : watch.Value(Signal);

    private double BaseOf(NodeWatch watch)
    {
        ref readonly var baseline = ref watch.Baseline(Signal);
        if (baseline.IsMature)
            return baseline.Mean;
        return Signal switch
        {
            Signal.Errors => 0,
            Signal.Latency or Signal.Tail => PeersValue(watch.Value(Signal)),
            _ => double.NaN,
        };
    }

    private double Highest(double own) => _sortedMoves[_movesKnown - 1] == own ? _sortedMoves[_movesKnown - 2] : _sortedMoves[_movesKnown - 1];

    /// <summary>The median of sorted values without one of them; of all of them where <paramref name="own"/> is unknown.</summary>
    private static double MedianWithout(double[] sorted, int count, double own)
    {
        var without = double.IsNaN(own) ? count : Array.BinarySearch(sorted, 0, count, own);
        var others = without == count || without < 0 ? count : count - 1;
        if (others == 0)
            return double.NaN;
        var low = At((others - 1) / 2);
        var high = At(others / 2);
        return (low + high) / 2;

        double At(int rank) => sorted[others == count || rank < without ? rank : rank + 1];
    }
}
