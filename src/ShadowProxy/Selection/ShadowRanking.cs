using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Selection;

/// <summary>
/// The order of a flow's stand-ins: nearer ones first, then better scores in bands of 0.2, then the flow's own rendezvous order. Never
/// the one best node for all: that would only move the herd. Those without room come last. Stateless and thread-safe.
/// </summary>
internal static class ShadowRanking
{
    private const double Band = 0.2;

    /// <summary>The best stand-ins among the cluster's nodes, without the primary.</summary>
    public static ShadowList Rank(in Signature signature, Node[] nodes, Node primary)
    {
        Span<Candidate> best = stackalloc Candidate[ShadowList.Capacity];
        var count = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] != primary)
                Insert(best, ref count, Of(signature, nodes[i], nodes[i].Nearness, i));
        }

        var list = new ShadowList();
        for (var rank = 0; rank < count; rank++)
        {
            var node = nodes[best[rank].Index];
            list.Set(rank, node.Ref, node.Health.Score);
        }

        return list;
    }

    /// <summary>
    /// The best node that takes the flow now: of its stand-ins by their present scores, else of all the cluster's nodes; null where none does.
    /// </summary>
    /// <param name="signature">The flow.</param>
    /// <param name="shadows">Its stored stand-ins; may be empty.</param>
    /// <param name="registry">Resolves them.</param>
    /// <param name="nodes">The cluster's nodes.</param>
    /// <param name="excluded">Nodes that are out of the question, such as the one that it leaves.</param>
    /// <param name="mayStay">
    /// Whether the flow rather stays where it is than go to a node without room, or to a further one while a nearer one merely takes no more at
    /// this moment.
    /// </param>
    public static Node? FindBest(
        in Signature signature, in ShadowList shadows, NodeRegistry registry, Node[] nodes, ReadOnlySpan<Node> excluded, bool mayStay = false)
    {
        var search = new Search(signature, excluded, mayStay);
        for (var i = 0; i < ShadowList.Capacity; i++)
        {
            if (registry.Resolve(shadows[i]) is { } node)
                search.Consider(node);
        }

        if (search.Best is { Health.HasRoom: true } best)
            return best;
        foreach (var node in nodes)
            search.Consider(node);
        return search.Best;
    }

    private static Candidate Of(in Signature signature, Node node, int distance, int index)
    {
        var health = node.Health;
        var band = health.IsDead ? int.MaxValue : (int)Math.Floor((1 - health.Score) / Band);
        return new Candidate(distance, band, Rendezvous.Score(signature, node), index);
    }

    private static void Insert(Span<Candidate> best, ref int count, in Candidate candidate)
    {
        var at = count;
        while (at > 0 && candidate.IsBefore(best[at - 1]))
            at--;
        if (at == best.Length)
            return;
        count = Math.Min(count + 1, best.Length);
        for (var i = count - 1; i > at; i--)
            best[i] = best[i - 1];
        best[at] = candidate;
    }

    private ref struct Search(Signature signature, ReadOnlySpan<Node> excluded, bool mayStay)
    {
        private readonly ReadOnlySpan<Node> _excluded = excluded;
        private Node? _best;
        private Candidate _bestRank;
        private int _nearestThatPauses = int.MaxValue;

        public readonly Node? Best => _best is not null && _bestRank.Distance <= _nearestThatPauses ? _best : null;

        public void Consider(Node node)
        {
            var health = node.Health;
            if (health.IsDead || (mayStay && !health.HasRoom) || !Rendezvous.Admits(signature, node, health.AdmittedShare) || IsExcluded(node))
                return;
            if (mayStay && !node.Intake.IsOpen)
            {
                _nearestThatPauses = Math.Min(_nearestThatPauses, node.Nearness);
                return;
            }

            var rank = Of(signature, node, node.Distance, 0);
            if (_best is null || rank.IsBefore(_bestRank))
                (_best, _bestRank) = (node, rank);
        }

        private readonly bool IsExcluded(Node node)
        {
            foreach (var other in _excluded)
            {
                if (ReferenceEquals(other, node))
                    return true;
            }

            return false;
        }
    }

    private readonly record struct Candidate(int Distance, int BandsBelowBest, double Order, int Index)
    {
        public bool IsBefore(in Candidate other) =>
            Distance != other.Distance ? Distance < other.Distance
            : BandsBelowBest != other.BandsBelowBest ? BandsBelowBest < other.BandsBelowBest
            : Order > other.Order;
    }
}
