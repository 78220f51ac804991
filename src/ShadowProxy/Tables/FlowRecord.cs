using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>All that the tables hold of one flow, outside them. Times are in <see cref="FlowClock"/> ticks.</summary>
internal struct FlowRecord
{
    /// <summary>The flow.</summary>
    public Signature Signature;

    /// <summary>True while the Signature Table holds it; false where only the Shadow Table remembers it.</summary>
    public bool IsLive;

    /// <summary>When the flow was last seen.</summary>
    public uint LastSeen;

    /// <summary>When the flow ends; of one that is not live, until when it is remembered.</summary>
    public uint Expires;

    /// <summary>Its Signature Table entry; only where it <see cref="IsLive"/>.</summary>
    public FlowEntry Flow;

    /// <summary>Its Shadow Table entry.</summary>
    public ShadowEntry Shadow;
}

/// <summary>A copy of one entry of a table.</summary>
/// <param name="Signature">The flow.</param>
/// <param name="LastSeen">When it was last touched.</param>
/// <param name="Expires">When it expires.</param>
/// <param name="Value">The entry.</param>
internal readonly record struct EntryCopy<TEntry>(Signature Signature, uint LastSeen, uint Expires, TEntry Value);
