using ShadowProxy.Nodes;

namespace ShadowProxy.Tables;

/// <summary>
/// Takes flows out of the tables as <see cref="FlowRecord"/>s and puts them back, while requests go on: one stripe is locked at a time, for as
/// long as it takes to copy it. One thread at a time.
/// </summary>
internal sealed class FlowRecords(FlowTables tables, NodeRegistry nodes)
{
    private readonly List<EntryCopy<FlowEntry>> _flows = [];
    private readonly List<EntryCopy<ShadowEntry>> _shadows = [];

    /// <summary>In how many parts <see cref="Copy"/> gives the tables.</summary>
    public int Parts => tables.Flows.StripeCount;

    /// <summary>Copies one part of the tables: its flows, and what is remembered of flows that ended.</summary>
    public void Copy(int part, List<FlowRecord> into)
    {
        _flows.Clear();
        tables.Flows.CopyStripe(part, _flows);
        foreach (var flow in _flows)
        {
            using var shadow = tables.Shadows.Open(flow.Signature);
            into.Add(new FlowRecord
            {
                Signature = flow.Signature,
                IsLive = true,
                LastSeen = flow.LastSeen,
                Expires = flow.Expires,
                Flow = flow.Value,
                Shadow = shadow.Exists ? shadow.Entry : default,
            });
        }

        _shadows.Clear();
        tables.Shadows.CopyStripe(part, _shadows);
        foreach (var shadow in _shadows)
        {
            if (!shadow.Value.IsHeld)
            {
                into.Add(new FlowRecord
                {
                    Signature = shadow.Signature,
                    LastSeen = shadow.LastSeen,
                    Expires = shadow.Expires,
                    Shadow = shadow.Value,
                });
            }
        }
    }

    /// <summary>
    /// Puts a flow back. Of two that know a flow, the one that saw it last is believed: what the tables know better stays. A flow whose time is
    /// over is remembered for what is left of its retention.
    /// </summary>
    /// <returns>True where the tables hold the flow, or the memory of it, as the record says.</returns>
    public bool Restore(in FlowRecord record)
    {
        var flow = tables.Flows.Open(record.Signature);
        try
        {
            var lives = record.IsLive && record.Expires > flow.Now;
            if (flow.Exists && (!lives || flow.LastSeen >= record.LastSeen))
                return false;
            if (flow.Exists)
                flow.Remove();
            return (lives && TryRevive(ref flow, record)) || Remember(record, flow.Now);
        }
        finally
        {
            flow.Dispose();
        }
    }

    private bool TryRevive(ref FlowAccess<FlowEntry> flow, in FlowRecord record)
    {
        var shadow = record.Shadow with { IsHeld = true };
        if (shadow.Home.IsNone)
            shadow.Home = record.Flow.Primary;
        var entry = record.Flow;
        // Beside the rate of a cluster that this process has yet to learn, it would make every busy flow hot.
        entry.Rate = 0;
        entry.Set(FlowFlags.Away, shadow.Home != entry.Primary);
        if (!flow.Add(entry, record.Expires))
            return false;
        flow.Touch(record.Expires, record.LastSeen);
        nodes.Resolve(entry.Primary)?.AddFlow(1);
        Put(record, shadow, FlowClock.Never);
        return true;
    }

    private bool Remember(in FlowRecord record, uint now)
    {
        var shadow = record.Shadow with { IsHeld = false };
        var expires = record.Expires;
        if (record.IsLive)
        {
            shadow.LastPrimary = record.Flow.Primary;
            shadow.Action = record.Flow.Action;
            expires = (uint)Math.Min(FlowClock.Never - 1, (ulong)expires + record.Flow.Retention);
        }

        return expires > now && Put(record, shadow, expires);
    }

    private bool Put(in FlowRecord record, in ShadowEntry entry, uint expires)
    {
        var shadow = tables.Shadows.Open(record.Signature);
        try
        {
            if (shadow.Exists && !entry.IsHeld && shadow.LastSeen >= record.LastSeen)
                return false;
            if (!shadow.Exists && !shadow.Add(entry, expires))
                return false;
            shadow.Entry = entry;
            shadow.Touch(expires, record.LastSeen);
            return true;
        }
        finally
        {
            shadow.Dispose();
        }
    }
}
