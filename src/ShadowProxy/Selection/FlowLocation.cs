namespace ShadowProxy.Selection;

/// <summary>On which node a flow is, and how often it had moved to get there: what replicas of the proxy tell one another through the client.</summary>
/// <param name="Node">The node's hash, the same in every replica.</param>
/// <param name="Moves">The flow's moves on all replicas, modulo 256.</param>
internal readonly record struct FlowLocation(ulong Node, byte Moves)
{
    /// <summary>
    /// Whether this is the later word, by serial number arithmetic (RFC 1982). Of two replicas that moved the flow at the same time the
    /// one with the greater hash prevails, whoever is asked.
    /// </summary>
    public bool Supersedes(FlowLocation other)
    {
        var lead = (sbyte)(Moves - other.Moves);
        return lead > 0 || (lead == 0 && Node > other.Node);
    }
}
