using ShadowProxy.Nodes;
using ShadowProxy.Signatures;

namespace ShadowProxy.Selection;

/// <summary>
/// Where a new flow begins: among the nearest nodes that take it, the first node of the flow's own order that holds no more than 1.25 of
/// its share (consistent hashing with bounded loads, Mirrokni et al. 2018). Stateless and thread-safe.
/// </summary>
internal static class FirstPlacement
{
    private const double Balance = 1.25;

    /// <summary>How far a bad record can set a node back: among nodes whose scores are nearly equal.</summary>
    private const double NearTie = 0.05;

    /// <summary>The node, or null where none takes new flows.</summary>
    /// <param name="signature">The flow.</param>
    /// <param name="nodes">The cluster's nodes.</param>
    /// <param name="seconds">The monitor's time, for the nodes' records and what they asked for.</param>
    /// <param name="bounded">False: the flow's own order alone, on which all replicas agree.</param>
    public static Node? Find(in Signature signature, Node[] nodes, double seconds, bool bounded = true)
    {
        if (!bounded)
            seconds = double.PositiveInfinity;
        var (distance, flows, weight) = FindNearest(signature, nodes, seconds);
        Node? best = null, bestWithinBound = null;
        double bestScore = 0, bestScoreWithinBound = 0;
        foreach (var node in nodes)
        {
            if (node.Distance != distance || !Takes(signature, node, seconds))
                continue;
            var trouble = bounded ? node.History.Trouble(seconds) : 0;
            var score = Rendezvous.Score(signature, node) * (1 - (NearTie * trouble / (1 + trouble)));
            if (score > bestScore)
                (best, bestScore) = (node, score);
            if (score > bestScoreWithinBound && node.Flows < Math.Ceiling(Balance * (flows + 1) * node.Settings.Weight / weight))
                (bestWithinBound, bestScoreWithinBound) = (node, score);
        }

        return bounded ? bestWithinBound ?? best : best;
    }

    /// <summary>Whether the node takes the flow as a new one.</summary>
    private static bool Takes(in Signature signature, Node node, double seconds)
    {
        var health = node.Health;
        return !health.IsDead && node.SparedUntil <= seconds && Rendezvous.Admits(signature, node, health.AdmittedShareOfNew);
    }

    private static (int Distance, long Flows, double Weight) FindNearest(in Signature signature, Node[] nodes, double seconds)
    {
        var nearest = (Distance: int.MaxValue, Flows: 0L, Weight: 0.0);
        foreach (var node in nodes)
        {
            var distance = node.Distance;
            if (distance > nearest.Distance || !Takes(signature, node, seconds))
                continue;
            if (distance < nearest.Distance)
                nearest = (distance, 0, 0);
            nearest.Flows += node.Flows;
            nearest.Weight += node.Settings.Weight;
        }

        return nearest;
    }
}
