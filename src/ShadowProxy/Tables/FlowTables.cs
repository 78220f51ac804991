using ShadowProxy.Nodes;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// The Signature Table and the Shadow Table, and the one rule between them: while a flow lives its Shadow Table entry is held; when it
/// ends, the entry is kept for the flow's retention, and says where it lived last. Thread-safe.
/// </summary>
internal sealed class FlowTables
{
    private readonly NodeRegistry _nodes;
    private long _expired;
    private long _evicted;
    private long _refused;

    public FlowTables(int capacity, FlowClock clock, NodeRegistry nodes)
    {
        _nodes = nodes;
        Capacity = capacity;
        Clock = clock;
        Shadows = new FlowTable<ShadowEntry>(capacity, clock);
        Flows = new FlowTable<FlowEntry>(capacity, clock, OnFlowRemoved);
    }

    /// <summary>How many flows each of them holds at most.</summary>
    public int Capacity { get; }

    /// <summary>The tables' time.</summary>
    public FlowClock Clock { get; }

    /// <summary>Signature → expiration, action, primary, flow statistics. To be opened before <see cref="Shadows"/>.</summary>
    public FlowTable<FlowEntry> Flows { get; }

    /// <summary>Signature → expiration, action, shadows, home, last primary.</summary>
    public FlowTable<ShadowEntry> Shadows { get; }

    /// <summary>Flows that ended since the start.</summary>
    public long Expired => Volatile.Read(ref _expired);

    /// <summary>Flows given up for others since the start.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Flows that found the tables full since the start, and were served from their computed placement.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Counts a flow that the tables did not take.</summary>
    public void CountRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Changes a flow's primary, and the count of flows of the two nodes.</summary>
    public void SetPrimary(ref FlowEntry entry, Node to, uint now)
    {
        _nodes.Resolve(entry.Primary)?.AddFlow(-1);
        to.AddFlow(1);
        entry.Primary = to.Ref;
        entry.PrimarySince = now;
        entry.Failures = 0;
        entry.SlowAnswers = 0;
    }

    /// <summary>Lets flows and shadows expire; to be called several times a second.</summary>
    public void Advance()
    {
        Flows.Advance();
        Shadows.Advance();
    }

    private void OnFlowRemoved(in Signature signature, ref FlowEntry entry, RemovalCause cause)
    {
        _nodes.Resolve(entry.Primary)?.AddFlow(-1);
        if (cause == RemovalCause.Expired)
            Interlocked.Increment(ref _expired);
        else if (cause == RemovalCause.Evicted)
            Interlocked.Increment(ref _evicted);

        using var shadow = Shadows.Open(signature);
        if (!shadow.Exists)
            return;
        shadow.Entry.LastPrimary = entry.Primary;
        shadow.Entry.Action = entry.Action;
        shadow.Entry.IsHeld = false;
        shadow.Touch(shadow.Now + entry.Retention);
    }
}
