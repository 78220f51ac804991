using ShadowProxy.Tables;

namespace ShadowProxy.Benchmarks.Micro;

/// <summary>What the Signature Table holds of a flow, as an object of its own: what a map of objects would hold.</summary>
internal sealed class FlowObject
{
    public FlowEntry Entry;
    public uint LastSeen;
    public uint Expires;

    public FlowObject(in FlowEntry entry, uint now, uint expires) => (Entry, LastSeen, Expires) = (entry, now, expires);

    /// <summary>What a request does to its flow.</summary>
    public void Touch(uint now, uint expires)
    {
        LastSeen = now;
        Expires = expires;
        Entry.Requests++;
    }

    /// <summary>The same, so that no request of the flow misses what another counted.</summary>
    public void TouchAlone(uint now, uint expires)
    {
        lock (this)
            Touch(now, expires);
    }
}
