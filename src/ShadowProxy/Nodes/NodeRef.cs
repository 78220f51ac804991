namespace ShadowProxy.Nodes;

/// <summary>
/// A node as the tables keep it, in 32 bits: its slot in the <see cref="NodeRegistry"/> and the slot's generation, so that a node that
/// was removed is never mistaken for the next one in its slot. The default value is no node.
/// </summary>
internal readonly record struct NodeRef(ushort Slot, ushort Generation)
{
    /// <summary>No node.</summary>
    public static NodeRef None => default;

    /// <summary>True for <see cref="None"/>; generations of nodes start at 1.</summary>
    public bool IsNone => Generation == 0;
}
