using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Migration;

/// <summary>
/// Carries migrations out: points the Signature Table entry to the new primary and ranks new shadows behind it. A node's evacuation is
/// O(1): it publishes a lower admitted share, and each flow that falls out of it moves with its next request. Thread-safe.
/// </summary>
internal sealed class RedirectionEngine(FlowTables tables, NodeRegistry nodes)
{
    /// <summary>The best node for a flow that should not stay: of its shadows, else of its cluster; null where none takes it.</summary>
    /// <param name="signature">The flow.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="excluded">Nodes that are out of the question, such as the one that it leaves.</param>
    /// <param name="mayStay">Whether it stays rather than go to a node without room: where it is still served.</param>
    public Node? FindShadow(in Signature signature, ShadowCluster cluster, ReadOnlySpan<Node> excluded, bool mayStay = false)
    {
        using var shadow = tables.Shadows.Open(signature);
        var list = shadow.Exists ? shadow.Entry.Shadows : default;
        return ShadowRanking.FindBest(signature, list, nodes, cluster.Nodes, excluded, mayStay);
    }

    /// <summary>
    /// Where no node takes the flow: one that is not dead, else one that the prober finds alive, else any; among equals the one that admits
    /// most, then the flow's own order.
    /// </summary>
    public static Node? FindLastResort(in Signature signature, ShadowCluster cluster, ReadOnlySpan<Node> excluded)
    {
        Node? best = null;
        var bestRank = (Life: 0, Share: 0.0, Order: 0.0);
        foreach (var node in cluster.Nodes)
        {
            if (excluded.Contains(node))
                continue;
            var health = node.Health;
            var life = !health.IsDead ? 2 : node.Probes.DeadInRow == 0 ? 1 : 0;
            var rank = (life, health.AdmittedShare, Rendezvous.Score(signature, node));
            if (best is null || rank.CompareTo(bestRank) > 0)
                (best, bestRank) = (node, rank);
        }

        return best;
    }

    /// <summary>Moves a flow, under the lock of its Signature Table entry.</summary>
    public FlowMove Move(in Signature signature, ref FlowEntry flow, ShadowCluster cluster, Node to, MigrationReason reason, uint now)
    {
        var from = nodes.Resolve(flow.Primary);
        tables.SetPrimary(ref flow, to, now);
        to.Intake.Take(flow.Rate);
        flow.Set(FlowFlags.Troubled, false);
        if (reason == MigrationReason.FlowIssue)
        {
            flow.MovedForIssue = now;
            flow.Set(FlowFlags.Muted, flow.Has(FlowFlags.TroubledEverywhere));
            flow.Set(FlowFlags.TroubledEverywhere, false);
        }

        var home = Remember(signature, cluster, from, to);
        flow.Set(FlowFlags.Away, home != to.Ref);
        return new FlowMove(signature, cluster, from, to, reason);
    }

    /// <summary>The flow's trouble follows it wherever it goes: it is left alone for an hour.</summary>
    public static void Mute(ref FlowEntry flow, uint now)
    {
        flow.MovedForIssue = now;
        flow.Set(FlowFlags.Muted, true);
        flow.Set(FlowFlags.TroubledEverywhere, false);
    }

    /// <summary>Keeps the Shadow Table entry of a flow that moved, with new stand-ins behind its new primary; gives its home.</summary>
    private NodeRef Remember(in Signature signature, ShadowCluster cluster, Node? from, Node to)
    {
        using var shadow = tables.Shadows.Open(signature);
        var list = ShadowRanking.Rank(signature, cluster.Nodes, to);
        if (!shadow.Exists)
            return to.Ref;
        ref var entry = ref shadow.Entry;
        entry.LastPrimary = from?.Ref ?? NodeRef.None;
        entry.Shadows = list;
        entry.Moves++;
        if (nodes.Resolve(entry.Home) is null)
            entry.Home = to.Ref;
        return entry.Home;
    }
}
