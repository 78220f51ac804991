using System.Collections.Concurrent;
using BitFaster.Caching.Lru;
using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Benchmarks.Micro;

/// <summary>The Signature Table and two other maps that could stand in its place; all hold the same facts of the same flows.</summary>
internal sealed class FlowMaps
{
    /// <summary>Flows held.</summary>
    public const int Flows = 1_000_000;

    /// <summary>Stripes fill unevenly; with so much room nobody is turned away.</summary>
    private const int Capacity = Flows / 8 * 9;

    public FlowTable<FlowEntry> Table => field ??= new(Capacity, new FlowClock(TimeProvider.System));

    public ConcurrentDictionary<UInt128, FlowObject> Dictionary => field ??= new();

    public ConcurrentLru<UInt128, FlowObject> Lru =>
        field ??= new(Environment.ProcessorCount, Capacity, EqualityComparer<UInt128>.Default);

    /// <summary>Signatures as good as random.</summary>
    public static Signature[] Signatures(int count, int seed)
    {
        var random = new Random(seed);
        var signatures = new Signature[count];
        for (var i = 0; i < count; i++)
            signatures[i] = new Signature((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
        return signatures;
    }

    /// <summary>The key of a flow in a map of the base library.</summary>
    public static UInt128 Key(in Signature signature) => new(signature.High, signature.Low);

    /// <summary>A flow as it begins.</summary>
    public static FlowEntry NewEntry(uint now) => new()
    {
        Primary = new NodeRef(3, 1),
        PrimarySince = now,
        Limit = FlowClock.Never,
        Retention = 36_000,
        Requests = 1,
    };

    public void AddToTable(in Signature signature, uint now, uint expires)
    {
        using var flow = Table.Open(signature, now);
        var access = flow;
        access.Add(NewEntry(now), expires);
    }

    public void AddToDictionary(in Signature signature, uint now, uint expires) =>
        Dictionary.TryAdd(Key(signature), new FlowObject(NewEntry(now), now, expires));

    public void AddToLru(in Signature signature, uint now, uint expires) =>
        Lru.AddOrUpdate(Key(signature), new FlowObject(NewEntry(now), now, expires));
}
