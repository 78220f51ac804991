using System.Diagnostics.CodeAnalysis;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>One entry of a table, with its stripe locked until disposed.</summary>
internal ref struct FlowAccess<TEntry> where TEntry : unmanaged, IFlowEntry
{
    private readonly FlowStripe<TEntry> _stripe;
    private readonly Signature _signature;
    private int _slot;

    internal FlowAccess(FlowStripe<TEntry> stripe, in Signature signature, uint now)
    {
        _stripe = stripe;
        _signature = signature;
        Now = now;
        stripe.Enter();
        _slot = stripe.Find(signature, now);
    }

    /// <summary>The table's time when it was opened.</summary>
    public uint Now { get; }

    /// <summary>True where the table holds the flow.</summary>
    public readonly bool Exists => _slot >= 0;

    /// <summary>The entry itself, to read and write; only where it <see cref="Exists"/>.</summary>
    [UnscopedRef]
    public readonly ref TEntry Entry => ref _stripe.At(_slot).Value;

    /// <summary>When the flow was last touched; only where it <see cref="Exists"/>.</summary>
    public readonly uint LastSeen => _stripe.At(_slot).LastSeen;

    /// <summary>When the entry expires; only where it <see cref="Exists"/>.</summary>
    public readonly uint Expires => _stripe.At(_slot).Expires;

    /// <summary>Counts this as a request's look-up of its flow.</summary>
    public readonly void CountLookup() => _stripe.CountLookup(Exists);

    /// <summary>Marks the flow as seen now, and sets its expiry.</summary>
    public readonly void Touch(uint expires) => Touch(expires, Now);

    /// <summary>Sets when the flow was last seen, and its expiry.</summary>
    public readonly void Touch(uint expires, uint lastSeen)
    {
        ref var slot = ref _stripe.At(_slot);
        slot.LastSeen = lastSeen;
        slot.Expires = expires;
    }

    /// <summary>Adds the flow.</summary>
    /// <returns>False where the table is full of flows that are worth more; it then holds nothing of this one.</returns>
    public bool Add(in TEntry entry, uint expires)
    {
        _slot = _stripe.Add(_signature, entry, Now, expires);
        return _slot >= 0;
    }

    /// <summary>Takes the flow out.</summary>
    public void Remove()
    {
        _stripe.Remove(_slot, RemovalCause.Removed);
        _slot = -1;
    }

    /// <summary>Unlocks.</summary>
    public readonly void Dispose() => _stripe.Exit();
}
