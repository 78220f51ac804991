using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Selection;

/// <summary>
/// The order of a flow's stand-ins: nearer layers first, then better scores in bands of 0.2, then the flow's own rendezvous order. Never
/// the one best node for all: that would only move the herd. Stateless and thread-safe.
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
                Insert(best, ref count, Of(signature, nodes[i], i));
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
    public static Node? FindBest(in Signature signature, in ShadowList shadows, NodeRegistry registry, Node[] nodes, ReadOnlySpan<Node> excluded)
    {
        Node? best = null;
        var bestRank = default(Candidate);
        for (var i = 0; i < ShadowList.Capacity; i++)
        {
            if (registry.Resolve(shadows[i]) is { } node)
                Consider(signature, node, excluded, ref best, ref bestRank);
        }

        if (best is not null)
            return best;
        foreach (var node in nodes)
            Consider(signature, node, excluded, ref best, ref bestRank);
        return best;
    }

    private static void Consider(in Signature signature, Node node, ReadOnlySpan<Node> excluded, ref Node? best, ref Candidate bestRank)
    {
        var health = node.Health;
        if (health.IsDead || !Rendezvous.Admits(signature, node, health.AdmittedShare))
            return;
        foreach (var other in excluded)
        {
            if (ReferenceEquals(other, node))
                return;
        }

        var rank = Of(signature, node, 0);
        if (best is null || rank.IsBefore(bestRank))
            (best, bestRank) = (node, rank);
    }

    private static Candidate Of(in Signature signature, Node node, int index)
    {
        var health = node.Health;
        var band = health.IsDead ? int.MaxValue : (int)Math.Floor((1 - health.Score) / Band);
        return new Candidate(node.Settings.Layer, band, Rendezvous.Score(signature, node), index);
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

    private readonly record struct Candidate(int Layer, int BandsBelowBest, double Order, int Index)
    {
        public bool IsBefore(in Candidate other) =>
            Layer != other.Layer ? Layer < other.Layer
            : BandsBelowBest != other.BandsBelowBest ? BandsBelowBest < other.BandsBelowBest
            : Order > other.Order;
    }
}
