using System.Numerics;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tables;

/// <summary>
/// A bounded map from signatures to entries. Lock-striped; each stripe is a slab of structs with an open-addressing index and a
/// timing wheel, so that a million flows are a few thousand objects to the garbage collector, and a lookup allocates nothing.
/// </summary>
/// <remarks>
/// Thread-safe: <see cref="Open(in Signature)"/> holds the lock of one stripe until disposed. Two tables are always opened in the same order,
/// Signature Table first.
/// </remarks>
/// <typeparam name="TEntry">A struct without references.</typeparam>
internal sealed class FlowTable<TEntry> where TEntry : unmanaged, IFlowEntry
{
    /// <summary>More would let a stripe's index grow for longer than a millisecond; fewer would spread the stripes over more cache lines.</summary>
    private const int MostPerStripe = 16_384;

    /// <summary>A small table has this many flows a stripe, up to <see cref="EnoughStripes"/>: threads are to seldom meet.</summary>
    private const int FewPerStripe = 1024;

    private const int EnoughStripes = 64;

    /// <summary>How many entries are looked at before a stripe is unlocked again: some hundred microseconds.</summary>
    private const int VisitsPerLock = 1024;

    /// <summary>How many entries one call of <see cref="Advance"/> looks at: some milliseconds, and 160,000 a second.</summary>
    private const int VisitsPerAdvance = 16 * VisitsPerLock;

    private readonly FlowStripe<TEntry>[] _stripes;
    private uint _bucket;
    private int _stripesBehind;
    private int _nextStripe;

    /// <param name="capacity">How many entries it holds at most.</param>
    /// <param name="clock">The time by which entries expire.</param>
    /// <param name="onRemoved">Told of each entry that leaves, under the stripe's lock; may open a table that comes later in the order.</param>
    public FlowTable(int capacity, FlowClock clock, FlowRemoved<TEntry>? onRemoved = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Clock = clock;
        var stripes = (int)BitOperations.RoundUpToPowerOf2(
            (uint)Math.Max(capacity / MostPerStripe, Math.Clamp(capacity / FewPerStripe, 1, EnoughStripes)));
        _stripes = new FlowStripe<TEntry>[stripes];
        for (var i = 0; i < stripes; i++)
            _stripes[i] = new FlowStripe<TEntry>(Math.Max(1, capacity / stripes), clock.Now, onRemoved);
    }

    /// <summary>The time by which entries expire.</summary>
    public FlowClock Clock { get; }

    /// <summary>Entries held now.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (var stripe in _stripes)
                count += stripe.Count;
            return count;
        }
    }

    /// <summary>How many requests found their flow here since the start, and how many did not.</summary>
    public (long Hits, long Misses) Lookups
    {
        get
        {
            var (hits, misses) = (0L, 0L);
            foreach (var stripe in _stripes)
                (hits, misses) = (hits + stripe.Hits, misses + stripe.Misses);
            return (hits, misses);
        }
    }

    /// <summary>Locks the signature's stripe and finds its entry. Dispose soon: the lock is held until then.</summary>
    public FlowAccess<TEntry> Open(in Signature signature) => Open(signature, Clock.Now);

    /// <summary>The same, by a caller who knows the time.</summary>
    public FlowAccess<TEntry> Open(in Signature signature, uint now) =>
        new(_stripes[(int)(signature.High & (uint)(_stripes.Length - 1))], signature, now);

    /// <summary>How many stripes there are.</summary>
    public int StripeCount => _stripes.Length;

    /// <summary>Copies the entries of one stripe, which is locked for as long as that takes.</summary>
    public void CopyStripe(int index, List<EntryCopy<TEntry>> into)
    {
        var stripe = _stripes[index];
        var now = Clock.Now;
        into.EnsureCapacity(into.Count + stripe.Count);
        stripe.Enter();
        try
        {
            for (var i = 0; i < stripe.SlotsUsed; i++)
            {
                ref var slot = ref stripe.At(i);
                if (slot.Expires > now)
                    into.Add(new EntryCopy<TEntry>(slot.Signature, slot.LastSeen, slot.Expires, slot.Value));
            }
        }
        finally
        {
            stripe.Exit();
        }
    }

    /// <summary>
    /// Lets entries expire whose time has come; one thread at a time calls it. Work is bounded: what is left waits for the next call, and a
    /// call costs nothing until the wheels' next bucket is due.
    /// </summary>
    public void Advance()
    {
        var now = Clock.Now;
        var bucket = now / FlowStripe<TEntry>.TicksPerBucket;
        if (bucket != _bucket)
            (_bucket, _stripesBehind) = (bucket, _stripes.Length);
        for (var visits = VisitsPerAdvance; _stripesBehind > 0 && visits > 0;)
        {
            var allowed = Math.Min(visits, VisitsPerLock);
            var left = _stripes[_nextStripe].Advance(now, allowed);
            visits -= allowed - left;
            // One that is not done has its turn again when the others have had theirs.
            _stripesBehind = left > 0 ? _stripesBehind - 1 : _stripes.Length;
            _nextStripe = (_nextStripe + 1) % _stripes.Length;
        }
    }
}

/// <summary>Told of an entry that left its table.</summary>
internal delegate void FlowRemoved<TEntry>(in Signature signature, ref TEntry entry, RemovalCause cause) where TEntry : unmanaged;
