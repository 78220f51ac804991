using System.Runtime.CompilerServices;
using ShadowProxy.Nodes;

namespace ShadowProxy.Tables;

/// <summary>What the Shadow Table holds of a flow: its stand-ins and its history. Outlives the flow by the route's retention.</summary>
internal struct ShadowEntry : IFlowEntry
{
    /// <summary>Where it was placed first, or has lived for 30 min.</summary>
    public NodeRef Home;

    /// <summary>The primary before the present one; after the flow's end, its last.</summary>
    public NodeRef LastPrimary;

    /// <summary>Stand-ins, best first; unused places are none.</summary>
    public ShadowList Shadows;

    /// <summary>What becomes of the flow's requests; kept so that a rejected flow stays rejected when it comes back.</summary>
    public FlowAction Action;

    /// <summary>Sessions that began under this signature, up to 255.</summary>
    public byte Begotten;

    /// <summary>How often the flow moved, modulo 256; where replicas agree through the client, on all of them.</summary>
    public byte Moves;

    /// <summary>True while the flow lives.</summary>
    public bool IsHeld;

    /// <inheritdoc/>
    public readonly bool IsExpendable => !IsHeld;
}

/// <summary>Up to four stand-ins with their scores as last ranked.</summary>
internal struct ShadowList
{
    /// <summary>How many stand-ins are kept.</summary>
    public const int Capacity = 4;

    private Nodes4 _nodes;
    private Scores4 _scores;

    /// <summary>The stand-in at a rank; none where there are fewer.</summary>
    public readonly NodeRef this[int rank] => _nodes[rank];

    /// <summary>The score at a rank, 0 to 1.</summary>
    public readonly double Score(int rank) => _scores[rank] / 255.0;

    /// <summary>Sets the stand-in at a rank.</summary>
    public void Set(int rank, NodeRef node, double score)
    {
        _nodes[rank] = node;
        _scores[rank] = (byte)Math.Round(Math.Clamp(score, 0, 1) * 255);
    }

    [InlineArray(Capacity)]
    private struct Nodes4
    {
        private NodeRef _first;
    }

    [InlineArray(Capacity)]
    private struct Scores4
    {
        private byte _first;
    }
}
