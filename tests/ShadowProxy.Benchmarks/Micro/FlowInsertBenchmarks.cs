using BenchmarkDotNet.Attributes;
using ShadowProxy.Signatures;

namespace ShadowProxy.Benchmarks.Micro;

/// <summary>A million new flows come to an empty map, which grows with them.</summary>
public class FlowInsertBenchmarks
{
    private const uint Now = 1;
    private const uint Expires = 6001;

    private readonly Signature[] _flows = FlowMaps.Signatures(FlowMaps.Flows, seed: 1);
    private FlowMaps _maps = new();

    [IterationSetup]
    public void Empty() => _maps = new FlowMaps();

    [Benchmark(Baseline = true, OperationsPerInvoke = FlowMaps.Flows)]
    public void InsertConcurrentDictionary()
    {
        foreach (ref readonly var signature in _flows.AsSpan())
            _maps.AddToDictionary(signature, Now, Expires);
    }

    [Benchmark(OperationsPerInvoke = FlowMaps.Flows)]
    public void InsertFlowTable()
    {
        foreach (ref readonly var signature in _flows.AsSpan())
            _maps.AddToTable(signature, Now, Expires);
    }

    [Benchmark(OperationsPerInvoke = FlowMaps.Flows)]
    public void InsertConcurrentLru()
    {
        foreach (ref readonly var signature in _flows.AsSpan())
            _maps.AddToLru(signature, Now, Expires);
    }
}
