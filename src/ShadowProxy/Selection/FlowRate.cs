using ShadowProxy.Nodes;
using ShadowProxy.Tables;

namespace ShadowProxy.Selection;

/// <summary>A flow's rate, and whether it is too much for one node. To be called under the lock of the flow's entry.</summary>
internal static class FlowRate
{
    private const float WindowTicks = 100;

    /// <summary>Below this many requests a second no flow is hot, whatever its share.</summary>
    private const double HotFloor = 50;

    /// <summary>Counts a request: an exponentially weighted rate over 10 s.</summary>
    public static void Count(ref FlowEntry entry, uint lastSeen, uint now)
    {
        entry.Requests++;
        var elapsed = now - lastSeen;
        entry.Rate = (elapsed == 0 ? entry.Rate : entry.Rate * MathF.Exp(-elapsed / WindowTicks)) + (10 / WindowTicks);
    }

    /// <summary>
    /// Sets or clears the flow's hot flag: over half of a node's fair share of the cluster's requests and over the floor, cleared below half
    /// of either.
    /// </summary>
    /// <returns>True where it just became hot.</returns>
    public static bool Heat(ref FlowEntry entry, ShadowCluster cluster)
    {
        var isHot = entry.Has(FlowFlags.Hot);
        if (!isHot && entry.Rate < HotFloor)
            return false;
        var fairShare = cluster.RequestRate / Math.Max(1, cluster.Nodes.Length);
        var threshold = Math.Max(HotFloor, fairShare / 2) * (isHot ? 0.5 : 1);
        var becomesHot = cluster.Nodes.Length > 1 && entry.Rate >= threshold;
        entry.Set(FlowFlags.Hot, becomesHot);
        return becomesHot && !isHot;
    }
}
