using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// One stripe of a <see cref="FlowTable{TEntry}"/>: a slab of slots, an index over it (linear probing, backward-shift deletion), a
/// hashed timing wheel threaded through the slots (Varghese and Lauck 1987, scheme 6), and the rule of who goes when it is full.
/// Everything but <see cref="Count"/> is to be called under <see cref="Lock"/>; <see cref="Advance"/> takes it itself.
/// </summary>
/// <remarks>
/// An expiry that moves later costs nothing: the wheel looks at the slot at its old time and puts it where it belongs. A slot that was
/// removed is free at once, and stays in the wheel until it is looked at there.
/// </remarks>
internal sealed class FlowStripe<TEntry> where TEntry : unmanaged, IFlowEntry
{
    private const int SlotsPerChunk = 128;
    private const int WheelBuckets = 256;
    /// <summary>Ticks of the <see cref="FlowClock"/> that share a bucket of the wheel.</summary>
    internal const uint TicksPerBucket = 10;

    private const int EvictionSamples = 8;
    private const int None = -1;

    /// <summary>What <see cref="Slot.Next"/> holds while the slot is in no list of the wheel.</summary>
    private const int OffWheel = -2;

    /// <summary>An index cell holds a slot's number + 1 in the lower bits and a piece of the signature above: most misses end there.</summary>
    private const int SlotBits = 22;

    private const uint SlotMask = (1u << SlotBits) - 1;

    private readonly int _capacity;
    private readonly FlowRemoved<TEntry>? _onRemoved;
    private readonly int[] _wheel = new int[WheelBuckets];
    private readonly Doorkeeper _doorkeeper;
    // Pinned: what lives as long as the table is never copied from one generation of the heap to the next.
    private Slot[][] _chunks = [];
    private uint[] _index = new uint[16];
    private int _used;
    private int _free = None;
    private uint _bucketsPassed;
    private int _count;

    public FlowStripe(int capacity, uint now, FlowRemoved<TEntry>? onRemoved)
    {
        _capacity = (int)Math.Min(capacity, SlotMask - 1);
        _onRemoved = onRemoved;
        _bucketsPassed = now / TicksPerBucket;
        _doorkeeper = new Doorkeeper(_capacity);
        Array.Fill(_wheel, None);
    }

    public Lock Lock { get; } = new();

    /// <summary>Entries held; may be read without the lock.</summary>
    public int Count => Volatile.Read(ref _count);

    public ref Slot At(int slot) => ref _chunks[slot / SlotsPerChunk][slot % SlotsPerChunk];

    /// <summary>The slot of a live entry, or -1. An entry whose time is over is removed on the way.</summary>
    public int Find(in Signature signature, uint now)
    {
        var cell = FindCell(signature);
        if (cell < 0)
            return None;
        var slot = SlotOf(_index[cell]);
        if (At(slot).Expires > now)
            return slot;
        Remove(slot, RemovalCause.Expired);
        return None;
    }

    /// <summary>Adds an entry that is not there yet; -1 where the stripe is full and nobody makes room.</summary>
    public int Add(in Signature signature, in TEntry entry, uint now, uint expires)
    {
        int slot;
        if (_count >= _capacity)
        {
            var victim = ChooseVictim(signature, now);
            if (victim == None)
                return None;
            // In place: the slot keeps its place in the wheel.
            Unindex(victim);
            Leave(victim, At(victim).Expires <= now ? RemovalCause.Expired : RemovalCause.Evicted);
            slot = victim;
        }
        else
        {
            slot = TakeFreeSlot();
            if (At(slot).Next == OffWheel)
                Schedule(slot, expires, now);
        }

        ref var taken = ref At(slot);
        taken.Signature = signature;
        taken.LastSeen = now;
        taken.Expires = expires;
        taken.Value = entry;
        Volatile.Write(ref _count, _count + 1);
        Index(slot, signature);
        return slot;
    }

    public void Remove(int slot, RemovalCause cause)
    {
        Unindex(slot);
        Leave(slot, cause);
        ref var removed = ref At(slot);
        removed.Expires = 0;
        removed.LastSeen = (uint)_free;
        _free = slot;
    }

    /// <summary>Lets entries expire; looks at so many at most.</summary>
    /// <returns>False where that was not enough.</returns>
    public bool Advance(uint now, int visits)
    {
        lock (Lock)
        {
            var due = now / TicksPerBucket;
            if (due - _bucketsPassed > WheelBuckets)
                _bucketsPassed = due - WheelBuckets;
            while (_bucketsPassed < due && visits > 0)
            {
                var bucket = _bucketsPassed % WheelBuckets;
                // The list is detached first: a slot that goes round the whole wheel comes back into this very bucket.
                var slot = _wheel[bucket];
                _wheel[bucket] = None;
                for (; slot != None && visits > 0; visits--)
                {
                    var next = At(slot).Next;
                    Visit(slot, now);
                    slot = next;
                }

                if (slot == None)
                    _bucketsPassed++;
                else
                    Reattach(bucket, slot);
            }

            return _bucketsPassed >= due;
        }
    }

    private void Visit(int slot, uint now)
    {
        ref var visited = ref At(slot);
        if (visited.Expires > now)
        {
            Schedule(slot, visited.Expires, now);
            return;
        }

        if (visited.Expires != 0)
            Remove(slot, RemovalCause.Expired);
        visited.Next = OffWheel;
    }

    private void Reattach(uint bucket, int rest)
    {
        var last = rest;
        while (At(last).Next != None)
            last = At(last).Next;
        At(last).Next = _wheel[bucket];
        _wheel[bucket] = rest;
    }

    /// <summary>Puts the slot where the wheel passes just after its expiry, or as far ahead as it reaches.</summary>
    private void Schedule(int slot, uint expires, uint now)
    {
        var bucket = Math.Clamp(expires / TicksPerBucket, _bucketsPassed + 1, Math.Max(_bucketsPassed, now / TicksPerBucket) + WheelBuckets - 1);
        At(slot).Next = _wheel[bucket % WheelBuckets];
        _wheel[bucket % WheelBuckets] = slot;
    }

    private void Leave(int slot, RemovalCause cause)
    {
        Volatile.Write(ref _count, _count - 1);
        ref var left = ref At(slot);
        _onRemoved?.Invoke(left.Signature, ref left.Value, cause);
    }

    private int TakeFreeSlot()
    {
        if (_free != None)
        {
            var slot = _free;
            _free = (int)At(slot).LastSeen;
            return slot;
        }

        if (_used == _chunks.Length * SlotsPerChunk)
            _chunks = [.. _chunks, GC.AllocateUninitializedArray<Slot>(SlotsPerChunk, pinned: true)];
        At(_used).Next = OffWheel;
        return _used++;
    }

    /// <summary>
    /// The coldest of a few slots, the coldest expendable one where there is one. A signature never seen before displaces expendable entries
    /// only; one that comes again displaces any. So a flood of flows of one request each pushes out nothing but its own kind.
    /// </summary>
    private int ChooseVictim(in Signature newcomer, uint now)
    {
        var known = _doorkeeper.SeenBefore(newcomer);
        var victim = None;
        var victimRank = (IsWorthMore: true, LastSeen: uint.MaxValue);
        var at = newcomer.Low ^ now;
        for (var i = 0; i < EvictionSamples; i++)
        {
            at = (at * 6364136223846793005) + 1442695040888963407;
            var slot = (int)((at >> 33) % (uint)_used);
            ref var candidate = ref At(slot);
            if (candidate.Expires == 0)
                continue;
            if (candidate.Expires <= now)
                return slot;
            var isExpendable = candidate.Value.IsExpendable;
            var rank = (!isExpendable, candidate.LastSeen);
            if ((known || isExpendable) && (victim == None || rank.CompareTo(victimRank) < 0))
                (victim, victimRank) = (slot, rank);
        }

        return victim;
    }

    private int FindCell(in Signature signature)
    {
        var mask = (uint)_index.Length - 1;
        var tag = TagOf(signature);
        for (var cell = (uint)signature.Low & mask; ; cell = (cell + 1) & mask)
        {
            var content = _index[cell];
            if (content == 0)
                return None;
            if ((content & ~SlotMask) == tag && At(SlotOf(content)).Signature == signature)
                return (int)cell;
        }
    }

    private void Index(int slot, in Signature signature)
    {
        if (_count > _index.Length / 4 * 3)
            GrowIndex();
        Place(_index, slot, signature);
    }

    private void GrowIndex()
    {
        var grown = new uint[_index.Length * 2];
        foreach (var content in _index)
        {
            if (content != 0)
                Place(grown, SlotOf(content), At(SlotOf(content)).Signature);
        }

        _index = grown;
    }

    private static void Place(uint[] index, int slot, in Signature signature)
    {
        var mask = (uint)index.Length - 1;
        var cell = (uint)signature.Low & mask;
        while (index[cell] != 0)
            cell = (cell + 1) & mask;
        index[cell] = TagOf(signature) | (uint)(slot + 1);
    }

    private void Unindex(int slot)
    {
        var mask = (uint)_index.Length - 1;
        var hole = (uint)FindCell(At(slot).Signature);
        for (var cell = (hole + 1) & mask; _index[cell] != 0; cell = (cell + 1) & mask)
        {
            var home = (uint)At(SlotOf(_index[cell])).Signature.Low & mask;
            if (((cell - home) & mask) < ((cell - hole) & mask))
                continue;
            _index[hole] = _index[cell];
            hole = cell;
        }

        _index[hole] = 0;
    }

    private static int SlotOf(uint content) => (int)(content & SlotMask) - 1;

    private static uint TagOf(in Signature signature) => (uint)(signature.Low >> 32) & ~SlotMask;

    internal struct Slot
    {
        public Signature Signature;

        /// <summary>When the flow was last touched; of a free slot, the next free one.</summary>
        public uint LastSeen;

        /// <summary>When the entry expires; 0 = the slot is free.</summary>
        public uint Expires;

        /// <summary>The next slot in the same bucket of the wheel.</summary>
        public int Next;

        public TEntry Value;
    }
}
