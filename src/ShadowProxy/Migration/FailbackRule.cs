using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Migration;

/// <summary>Whether a flow that is away from home returns. Stateless and thread-safe; called under the lock of the flow's entry.</summary>
internal sealed class FailbackRule(FlowTables tables, NodeRegistry nodes)
{
    private static readonly uint IdlePause = FlowClock.Ticks(TimeSpan.FromSeconds(30));
    private static readonly uint Settled = FlowClock.Ticks(TimeSpan.FromMinutes(30));

    /// <summary>The flow's home, where it takes the flow; null where it does not or is gone.</summary>
    public Node? FindHome(in Signature signature, ref FlowEntry entry)
    {
        using var shadow = tables.Shadows.Open(signature);
        if (!shadow.Exists)
        {
            entry.Set(FlowFlags.Away, false);
            return null;
        }

        return nodes.Resolve(shadow.Entry.Home) is { } home && Rendezvous.Admits(signature, home, home.Health.AdmittedShare) ? home : null;
    }

    /// <summary>
    /// The home to return to now, by the cluster's setting or because an operator asked since the flow left; null to stay. After 30 min
    /// elsewhere the present primary is the flow's home.
    /// </summary>
    public Node? Decide(in Signature signature, ref FlowEntry entry, ShadowCluster cluster, uint idleFor, uint now)
    {
        if (now - entry.PrimarySince >= Settled)
        {
            Settle(signature, ref entry);
            return null;
        }

        var mode = cluster.Settings.Failback;
        var byMode = mode == FailbackMode.Ramp || (mode == FailbackMode.WhenIdle && idleFor >= IdlePause);
        if (entry.MovedForIssue != 0 || (!byMode && cluster.FailbackAsked < entry.PrimarySince))
            return null;
        var home = FindHome(signature, ref entry);
        return home?.Health.State switch
        {
            NodeState.Healthy when byMode || home.FailbackAsked >= entry.PrimarySince => home,
            NodeState.Probation when mode == FailbackMode.Ramp => home,
            _ => null,
        };
    }

    private void Settle(in Signature signature, ref FlowEntry entry)
    {
        entry.Set(FlowFlags.Away, false);
        using var shadow = tables.Shadows.Open(signature);
        if (shadow.Exists)
            shadow.Entry.Home = entry.Primary;
    }
}
