using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// The slots of one <see cref="FlowStripe{TEntry}"/>: made as they are needed, in chunks that never move, and used again when free. Mutable;
/// the stripe's lock guards it.
/// </summary>
internal struct FlowSlab<TEntry>() where TEntry : unmanaged
{
    /// <summary>No slot.</summary>
    public const int None = -1;

    private const int ChunkBits = 8;
    private const int SlotsPerChunk = 1 << ChunkBits;

    private FlowSlot<TEntry>[][] _chunks = [];
    private int _free = None;

    /// <summary>Slots that hold an entry or once did; the entries lie among them.</summary>
    public int Used { get; private set; }

    /// <summary>A slot by its number.</summary>
    /// <remarks>All chunks are of one size: what a check of bounds would read is a cache line more.</remarks>
    public readonly ref FlowSlot<TEntry> this[int slot] =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[(uint)slot >> ChunkBits]), slot & (SlotsPerChunk - 1));

    /// <summary>A free slot, to be filled.</summary>
    public int Take()
    {
        if (_free != None)
        {
            var slot = _free;
            _free = (int)this[slot].LastSeen;
            return slot;
        }

        // Pinned: what lives as long as the table is never copied from one generation of the heap to the next.
        if (Used == _chunks.Length * SlotsPerChunk)
            _chunks = [.. _chunks, GC.AllocateUninitializedArray<FlowSlot<TEntry>>(SlotsPerChunk, pinned: true)];
        this[Used].Next = FlowSlot<TEntry>.OffWheel;
        return Used++;
    }

    /// <summary>Gives a slot back; it stays in the wheel until it is looked at there.</summary>
    public void Free(int slot)
    {
        ref var freed = ref this[slot];
        freed.Expires = 0;
        freed.LastSeen = (uint)_free;
        _free = slot;
    }
}

/// <summary>A place for one entry. Times are in <see cref="FlowClock"/> ticks.</summary>
internal struct FlowSlot<TEntry> where TEntry : unmanaged
{
    /// <summary>What <see cref="Next"/> holds while the slot is in no list of the wheel.</summary>
    public const int OffWheel = -2;

    public Signature Signature;

    /// <summary>When the flow was last touched; of a free slot, the next free one.</summary>
    public uint LastSeen;

    /// <summary>When the entry expires; 0 = the slot is free.</summary>
    public uint Expires;

    /// <summary>The next slot in the same bucket of the wheel.</summary>
    public int Next;

    public TEntry Value;
}
