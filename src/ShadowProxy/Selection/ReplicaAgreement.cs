using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Selection;

/// <summary>
/// Makes replicas of the proxy that share no state agree on where a flow is: the latest word counts, as far as the node it names takes the
/// flow. Thread-safe; called under the lock of the flow's Signature Table entry.
/// </summary>
internal sealed class ReplicaAgreement(FlowTables tables, NodeRegistry nodes)
{
    /// <summary>The node that another replica moved the flow to; null where nothing newer is told, or the node does not take the flow.</summary>
    /// <param name="flow">The flow's entry, whether or not it exists.</param>
    /// <param name="signature">The flow.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="affinity">What the client says.</param>
    public Node? Follow(in FlowAccess<FlowEntry> flow, in Signature signature, ShadowCluster cluster, FlowAffinity affinity)
    {
        if (affinity.Told is not { } told || (Known(flow, signature) is { } known && !told.Supersedes(known)))
            return null;
        affinity.IsNews = true;
        foreach (var node in cluster.Nodes)
        {
            if (node.Hash == told.Node)
                return Rendezvous.Admits(signature, node, node.Health.AdmittedShare) ? node : null;
        }

        return null;
    }

    /// <summary>Takes down where the flow is now: here for the next comparison, and in the affinity for the client.</summary>
    public void Settle(in Signature signature, in FlowChoice choice, FlowAffinity affinity)
    {
        if (choice.Node is not { } node || choice.Spread)
            return;
        using var shadow = tables.Shadows.Open(signature);
        var moves = shadow.Exists ? shadow.Entry.Moves : (byte)0;
        if (affinity is { IsNews: true, Told: { } told })
            moves = node.Hash == told.Node ? told.Moves : (byte)(told.Moves + 1);
        if (shadow.Exists)
            shadow.Entry.Moves = moves;
        affinity.Now = new FlowLocation(node.Hash, moves);
    }

    /// <summary>Where this replica knows the flow to be, or to have been last.</summary>
    private FlowLocation? Known(in FlowAccess<FlowEntry> flow, in Signature signature)
    {
        using var shadow = tables.Shadows.Open(signature);
        var last = flow.Exists ? flow.Entry.Primary : shadow.Exists ? shadow.Entry.LastPrimary : NodeRef.None;
        return nodes.Resolve(last) is { } node ? new FlowLocation(node.Hash, shadow.Exists ? shadow.Entry.Moves : (byte)0) : null;
    }
}
