using ShadowProxy.Benchmarks.Micro;
using ShadowProxy.Benchmarks.Scale.Reporting;
using ShadowProxy.Signatures;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>What a million flows take in the tables, and in maps that could stand in the Signature Table's place.</summary>
internal static class MapMeasurement
{
    private const uint Now = 1;
    private const uint Expires = 6001;

    public static ScaleSection Run(Action<string> tell)
    {
        var flows = FlowMaps.Signatures(FlowMaps.Flows, seed: 1);
        Heap.PauseMs(compacting: false);
        var rows = new List<ScaleRow>();
        Measure("nothing", () => new object());
        Measure("Signature Table", () => Fill((maps, flow) => maps.AddToTable(flow, Now, Expires)));
        Measure("both tables", FillBoth);
        Measure("ConcurrentDictionary", () => Fill((maps, flow) => maps.AddToDictionary(flow, Now, Expires)));
        Measure("ConcurrentLru", () => Fill((maps, flow) => maps.AddToLru(flow, Now, Expires)));
        return new ScaleSection("maps", "A million flows beside other maps", $"""
            The maps hold a flow's Signature Table entry in an object of its own under its 128-bit signature; both tables hold the Shadow Table's
            as well. Heap: what is alive after a full collection. Pauses: medians of {Heap.Collections} blocking full collections.
            """, rows);

        void Measure(string name, Func<object> fill)
        {
            tell($"maps: {name}");
            var before = Heap.Alive();
            var map = fill();
            var held = Heap.Alive() - before;
            rows.Add(new ScaleRow(
                name,
                new("MiB", held / (1 << 20), 1),
                new("B a flow", held / FlowMaps.Flows),
                new("full GC ms", Heap.PauseMs(compacting: false), 2),
                new("compacting", Heap.PauseMs(compacting: true), 2)));
            GC.KeepAlive(map);
            (map as IDisposable)?.Dispose();
        }

        FlowMaps Fill(Action<FlowMaps, Signature> add)
        {
            var maps = new FlowMaps();
            foreach (var flow in flows)
                add(maps, flow);
            return maps;
        }
    }

    private static EngineBed FillBoth()
    {
        var bed = new EngineBed(EngineBed.CapacityFor(FlowMaps.Flows));
        bed.Fill(FlowMaps.Flows);
        return bed;
    }
}
