using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using ShadowProxy.Signatures;

namespace ShadowProxy.Benchmarks.Micro;

/// <summary>A request finds its flow among a million and touches it, or does not find it; flows in random order.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class FlowLookupBenchmarks
{
    private const int Lookups = 1 << 20;
    private const uint Idle = 6000;

    private readonly FlowMaps _maps = new();
    private Signature[] _held = [];
    private Signature[] _strangers = [];
    private uint _now = 1;

    [GlobalSetup]
    public void Fill()
    {
        var flows = FlowMaps.Signatures(FlowMaps.Flows, seed: 1);
        foreach (ref readonly var signature in flows.AsSpan())
        {
            _maps.AddToTable(signature, _now, _now + Idle);
            _maps.AddToDictionary(signature, _now, _now + Idle);
            _maps.AddToLru(signature, _now, _now + Idle);
        }

        if (_maps.Table.Count != FlowMaps.Flows || _maps.Dictionary.Count != FlowMaps.Flows || _maps.Lru.Count != FlowMaps.Flows)
            throw new InvalidOperationException($"{_maps.Table.Count}, {_maps.Dictionary.Count}, {_maps.Lru.Count} flows are held.");
        _held = new Random(2).GetItems(flows, Lookups);
        _strangers = FlowMaps.Signatures(Lookups, seed: 3);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Lookups), BenchmarkCategory("hit")]
    public int HitConcurrentDictionary()
    {
        var dictionary = _maps.Dictionary;
        var found = 0;
        var now = ++_now;
        foreach (ref readonly var signature in _held.AsSpan())
        {
            if (!dictionary.TryGetValue(FlowMaps.Key(signature), out var flow))
                continue;
            flow.Touch(now, now + Idle);
            found++;
        }

        return found;
    }

    /// <summary>As exclusive as the table's.</summary>
    [Benchmark(OperationsPerInvoke = Lookups), BenchmarkCategory("hit")]
    public int HitConcurrentDictionaryLocked()
    {
        var dictionary = _maps.Dictionary;
        var found = 0;
        var now = ++_now;
        foreach (ref readonly var signature in _held.AsSpan())
        {
            if (!dictionary.TryGetValue(FlowMaps.Key(signature), out var flow))
                continue;
            flow.TouchAlone(now, now + Idle);
            found++;
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = Lookups), BenchmarkCategory("hit")]
    public int HitFlowTable()
    {
        var table = _maps.Table;
        var found = 0;
        var now = ++_now;
        foreach (ref readonly var signature in _held.AsSpan())
        {
            using var flow = table.Open(signature, now);
            if (!flow.Exists)
                continue;
            flow.Touch(now + Idle);
            flow.Entry.Requests++;
            found++;
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = Lookups), BenchmarkCategory("hit")]
    public int HitConcurrentLru()
    {
        var lru = _maps.Lru;
        var found = 0;
        var now = ++_now;
        foreach (ref readonly var signature in _held.AsSpan())
        {
            if (!lru.TryGet(FlowMaps.Key(signature), out var flow))
                continue;
            flow.Touch(now, now + Idle);
            found++;
        }

        return found;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Lookups), BenchmarkCategory("miss")]
    public int MissConcurrentDictionary()
    {
        var dictionary = _maps.Dictionary;
        var found = 0;
        foreach (ref readonly var signature in _strangers.AsSpan())
            found += dictionary.TryGetValue(FlowMaps.Key(signature), out _) ? 1 : 0;
        return found;
    }

    [Benchmark(OperationsPerInvoke = Lookups), BenchmarkCategory("miss")]
    public int MissFlowTable()
    {
        var table = _maps.Table;
        var now = _now;
        var found = 0;
        foreach (ref readonly var signature in _strangers.AsSpan())
        {
            using var flow = table.Open(signature, now);
            found += flow.Exists ? 1 : 0;
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = Lookups), BenchmarkCategory("miss")]
    public int MissConcurrentLru()
    {
        var lru = _maps.Lru;
        var found = 0;
        foreach (ref readonly var signature in _strangers.AsSpan())
            found += lru.TryGet(FlowMaps.Key(signature), out _) ? 1 : 0;
        return found;
    }
}
