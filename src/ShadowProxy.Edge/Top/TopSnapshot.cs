using ShadowProxy.Edge.Admin;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Top;

/// <summary>A moment of a running proxy: all that a screen shows.</summary>
/// <param name="Url">The operators' listener.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Status">The proxy in a few numbers.</param>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Evacuations">Its evacuations.</param>
/// <param name="Events">The last events, newest first.</param>
internal sealed record TopSnapshot(
    Uri Url, DateTimeOffset At, AdminStatus Status, IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<EvacuationStatus> Evacuations,
    IReadOnlyList<ShadowingEvent> Events)
{
    /// <summary>The nodes in an order.</summary>
    public IEnumerable<NodeStatus> Sorted(TopSort sort) => Nodes
        .OrderBy(node => sort switch
        {
            TopSort.State => node.State == NodeState.Healthy ? double.MaxValue : -(double)node.State,
            TopSort.Score => node.Score,
            TopSort.Share => node.AdmittedShare,
            TopSort.Flows => -node.Flows,
            TopSort.Latency => double.IsNaN(node.LatencyMs) ? double.MaxValue : -node.LatencyMs,
            TopSort.Errors => -node.ErrorRate,
            _ => 0,
        })
        .ThenBy(node => node.Cluster, StringComparer.Ordinal)
        .ThenBy(node => node.Node, StringComparer.Ordinal);
}
