using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// From signatures to the slots of one <see cref="FlowStripe{TEntry}"/>: linear probing, backward-shift deletion, 4 bytes a cell, at most three
/// quarters of the cells in use. A cell holds a slot's number + 1 in the lower bits and a piece of the signature above: most misses end
/// there. Mutable; the stripe's lock guards it.
/// </summary>
internal struct FlowIndex<TEntry>() where TEntry : unmanaged
{
    private const int SlotBits = 22;
    private const uint SlotMask = (1u << SlotBits) - 1;

    private uint[] _cells = new uint[16];

    /// <summary>How many slots it can tell apart.</summary>
    public static int MostSlots => (int)SlotMask - 1;

    /// <summary>The slot that holds the signature, or <see cref="FlowSlab{TEntry}.None"/>.</summary>
    public readonly int Find(in FlowSlab<TEntry> slab, in Signature signature)
    {
        var cell = FindCell(slab, signature);
        return cell < 0 ? FlowSlab<TEntry>.None : SlotOf(_cells[cell]);
    }

    /// <summary>Adds a slot whose signature is not there yet.</summary>
    /// <param name="slab">The slots.</param>
    /// <param name="slot">The one to add; it holds its signature.</param>
    /// <param name="count">How many there are with it.</param>
    public void Add(in FlowSlab<TEntry> slab, int slot, int count)
    {
        if (count > _cells.Length / 4 * 3)
            Grow(slab);
        Place(_cells, slot, slab[slot].Signature);
    }

    /// <summary>Takes a slot out, which still holds its signature.</summary>
    public readonly void Remove(in FlowSlab<TEntry> slab, int slot)
    {
        var mask = (uint)_cells.Length - 1;
        var hole = (uint)FindCell(slab, slab[slot].Signature);
        for (var cell = (hole + 1) & mask; _cells[cell] != 0; cell = (cell + 1) & mask)
        {
            var home = (uint)slab[SlotOf(_cells[cell])].Signature.Low & mask;
            if (((cell - home) & mask) < ((cell - hole) & mask))
                continue;
            _cells[hole] = _cells[cell];
            hole = cell;
        }

        _cells[hole] = 0;
    }

    private readonly int FindCell(in FlowSlab<TEntry> slab, in Signature signature)
    {
        var cells = _cells;
        var mask = (uint)cells.Length - 1;
        var tag = TagOf(signature);
        for (var cell = (uint)signature.Low & mask; ; cell = (cell + 1) & mask)
        {
            var content = cells[cell];
            if (content == 0)
                return -1;
            if ((content & ~SlotMask) == tag && slab[SlotOf(content)].Signature == signature)
                return (int)cell;
        }
    }

    private void Grow(in FlowSlab<TEntry> slab)
    {
        var grown = new uint[_cells.Length * 2];
        foreach (var content in _cells)
        {
            if (content != 0)
                Place(grown, SlotOf(content), slab[SlotOf(content)].Signature);
        }

        _cells = grown;
    }

    private static void Place(uint[] cells, int slot, in Signature signature)
    {
        var mask = (uint)cells.Length - 1;
        var cell = (uint)signature.Low & mask;
        while (cells[cell] != 0)
            cell = (cell + 1) & mask;
        cells[cell] = TagOf(signature) | (uint)(slot + 1);
    }

    private static int SlotOf(uint content) => (int)(content & SlotMask) - 1;

    private static uint TagOf(in Signature signature) => (uint)(signature.Low >> 32) & ~SlotMask;
}
