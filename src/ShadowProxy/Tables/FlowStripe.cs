using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// One stripe of a <see cref="FlowTable{TEntry}"/>: slots, an index over them, a hashed timing wheel threaded through the slots (Varghese and
/// Lauck 1987, scheme 6), and the rule of who goes when it is full. Everything but the counts is to be called between
/// <see cref="Enter"/> and <see cref="Exit"/>; <see cref="Advance"/> calls these itself.
/// </summary>
/// <remarks>
/// An expiry that moves later costs nothing: the wheel looks at the slot at its old time and puts it where it belongs. A slot that was
/// removed is free at once, and stays in the wheel until it is looked at there.
/// </remarks>
internal sealed class FlowStripe<TEntry> where TEntry : unmanaged, IFlowEntry
{
    /// <summary>Ticks of the <see cref="FlowClock"/> that share a bucket of the wheel.</summary>
    internal const uint TicksPerBucket = 10;

    private const int WheelBuckets = 256;
    private const int EvictionSamples = 8;
    private const int None = FlowSlab<TEntry>.None;

    private readonly int _capacity;
    private readonly FlowRemoved<TEntry>? _onRemoved;
    private readonly int[] _wheel = new int[WheelBuckets];
    private readonly Doorkeeper _doorkeeper;
    private StripeLock _lock;
    private FlowSlab<TEntry> _slab = new();
    private FlowIndex<TEntry> _index = new();
    private uint _bucketsPassed;
    private int _count;
    private long _hits;
    private long _misses;

    public FlowStripe(int capacity, uint now, FlowRemoved<TEntry>? onRemoved)
    {
        _capacity = Math.Min(capacity, FlowIndex<TEntry>.MostSlots);
        _onRemoved = onRemoved;
        _bucketsPassed = now / TicksPerBucket;
        _doorkeeper = new Doorkeeper(_capacity);
        Array.Fill(_wheel, None);
    }

    /// <summary>Entries held; may be read without the lock.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Requests that found their flow here; may be read without the lock.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Requests that did not; may be read without the lock.</summary>
    public long Misses => Volatile.Read(ref _misses);

    /// <summary>Slots that hold an entry or once did; the entries lie among them.</summary>
    public int SlotsUsed => _slab.Used;

    public ref FlowSlot<TEntry> At(int slot) => ref _slab[slot];

    /// <summary>Locks it, also for a thread that has locked it already.</summary>
    public void Enter() => _lock.Enter();

    /// <summary>Unlocks it.</summary>
    public void Exit() => _lock.Exit();

    /// <summary>Counts a request that looked for its flow.</summary>
    public void CountLookup(bool isHit)
    {
        if (isHit)
            _hits++;
        else
            _misses++;
    }

    /// <summary>The slot of a live entry, or -1. An entry whose time is over is removed on the way.</summary>
    public int Find(in Signature signature, uint now)
    {
        var slot = _index.Find(_slab, signature);
        if (slot == None || At(slot).Expires > now)
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
            slot = ChooseVictim(signature, now);
            if (slot == None)
                return None;
            // In place: the slot keeps its place in the wheel.
            _index.Remove(_slab, slot);
            Leave(slot, At(slot).Expires <= now ? RemovalCause.Expired : RemovalCause.Evicted);
        }
        else
        {
            slot = _slab.Take();
            if (At(slot).Next == FlowSlot<TEntry>.OffWheel)
                Schedule(slot, expires);
        }

        ref var taken = ref At(slot);
        taken.Signature = signature;
        taken.LastSeen = now;
        taken.Expires = expires;
        taken.Value = entry;
        Volatile.Write(ref _count, _count + 1);
        _index.Add(_slab, slot, _count);
        return slot;
    }

    public void Remove(int slot, RemovalCause cause)
    {
        _index.Remove(_slab, slot);
        Leave(slot, cause);
        _slab.Free(slot);
    }

    /// <summary>Lets entries expire.</summary>
    /// <param name="now">The table's time.</param>
    /// <param name="visits">How many slots it may look at.</param>
    /// <returns>How many of these are left; 0 where they may not have been enough.</returns>
    public int Advance(uint now, int visits)
    {
        Enter();
        try
        {
            var due = now / TicksPerBucket;
            if (due - _bucketsPassed > WheelBuckets)
                _bucketsPassed = due - WheelBuckets;
            while (_bucketsPassed < due && visits > 0)
                visits = AdvanceBucket(now, visits);
            return visits;
        }
        finally
        {
            Exit();
        }
    }

    private int AdvanceBucket(uint now, int visits)
    {
        ref var first = ref _wheel[_bucketsPassed % WheelBuckets];
        for (; first != None && visits > 0; visits--)
        {
            var slot = first;
            first = At(slot).Next;
            Visit(slot, now);
        }

        if (first == None)
            _bucketsPassed++;
        return visits;
    }

    private void Visit(int slot, uint now)
    {
        ref var visited = ref At(slot);
        if (visited.Expires > now)
        {
            Schedule(slot, visited.Expires);
            return;
        }

        if (visited.Expires != 0)
            Remove(slot, RemovalCause.Expired);
        visited.Next = FlowSlot<TEntry>.OffWheel;
    }

    /// <summary>
    /// Puts the slot where the wheel passes just after its expiry, or as far ahead as it reaches; never where it is just passing, even if it
    /// lags behind the time: there it would find the slot over and over.
    /// </summary>
    private void Schedule(int slot, uint expires)
    {
        ref var first = ref _wheel[Math.Clamp(expires / TicksPerBucket, _bucketsPassed + 1, _bucketsPassed + WheelBuckets - 1) % WheelBuckets];
        At(slot).Next = first;
        first = slot;
    }

    private void Leave(int slot, RemovalCause cause)
    {
        Volatile.Write(ref _count, _count - 1);
        ref var left = ref At(slot);
        _onRemoved?.Invoke(left.Signature, ref left.Value, cause);
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
            var slot = (int)((at >> 33) % (uint)_slab.Used);
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
}
