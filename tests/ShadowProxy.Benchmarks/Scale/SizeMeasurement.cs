using System.Diagnostics;
using System.Globalization;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Scale.Reporting;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>What flows cost in memory, in time, and in the collector's pauses, at several sizes.</summary>
internal static class SizeMeasurement
{
    private const int Requests = 1 << 20;
    private const int Passes = 5;
    private const double MiB = 1 << 20;

    public static ScaleSection Run(IReadOnlyList<int> sizes, Action<string> tell)
    {
        tell("sizes: no flows");
        WarmUp();
        var empty = Measure(0);
        var points = new List<Point> { empty };
        foreach (var size in sizes.Order())
        {
            tell($"sizes: {size:N0} flows");
            points.Add(Measure(size));
        }

        return new ScaleSection("sizes", "Memory, cost and pauses at several sizes", Method(points, empty), [.. points.Select(point => Row(point, empty))]);
    }

    private static ScaleRow Row(Point point, Point empty) => new(
        $"{point.Flows.ToString("N0", CultureInfo.InvariantCulture)} flows",
        new("heap MiB", point.Held / MiB),
        new("B a flow", point.Flows == 0 ? double.NaN : (point.Held - empty.Held) / point.Flows),
        new("process MiB", point.Process / MiB),
        new("ns a new flow", point.NewNs),
        new("ns a request", point.RequestNs),
        new("ns a miss", point.MissNs),
        new("full GC ms", point.PauseMs, 2),
        new("compacting", point.CompactingPauseMs, 2));

    private static string Method(List<Point> points, Point empty)
    {
        var filled = points.FindAll(point => point.Flows > 0);
        var memory = Line.Through([.. filled.Select(point => ((double)point.Flows, point.Held - empty.Held))]);
        var time = Line.Through([.. filled.Select(point => ((double)point.Flows, point.NewNs * point.Flows))]);
        return string.Create(CultureInfo.InvariantCulture, $"""
            Both tables through the router, four nodes. Heap: what is alive after a full collection; a flow's bytes are those beyond
            what an engine without flows takes. A new flow is placed, ranked and entered in both tables; a request finds its flow, in random order, and touches it; a miss is
            looked up in the Signature Table alone. Pauses: medians of {Heap.Collections} blocking collections.
            Memory = {memory.Slope:F1} B × flows {memory.Intercept / MiB:+0.0;−0.0} MiB (R² {memory.Determination:F5}); time to bring them in
            = {time.Slope:F0} ns × flows {time.Intercept / 1e6:+0;−0} ms (R² {time.Determination:F5}).
            """);
    }

    /// <summary>So that the first size does not pay for the compiler.</summary>
    private static void WarmUp()
    {
        using var bed = new EngineBed(EngineBed.CapacityFor(50_000));
        bed.Fill(50_000);
        for (var pass = 0; pass < 3; pass++)
        {
            TimeRequests(bed, 50_000);
            TimeMisses(bed);
        }
    }

    private static Point Measure(int flows)
    {
        var before = Heap.Alive();
        using var bed = new EngineBed(EngineBed.CapacityFor(flows));
        var started = Stopwatch.GetTimestamp();
        bed.Fill(flows);
        var filling = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        var held = Heap.Alive() - before;
        var process = Environment.WorkingSet;
        double request = double.NaN, miss = double.NaN;
        if (flows > 0)
        {
            request = Median(Passes, () => TimeRequests(bed, flows));
            miss = Median(Passes, () => TimeMisses(bed));
        }

        return new Point(
            flows, held, process, flows == 0 ? double.NaN : filling / flows, request, miss,
            Heap.PauseMs(compacting: false), Heap.PauseMs(compacting: true));
    }

    private static double TimeRequests(EngineBed bed, int flows)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Requests; i++)
            bed.Ask(EngineBed.Draw(i, flows));
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Requests;
    }

    private static double TimeMisses(EngineBed bed)
    {
        var table = bed.Tables.Flows;
        var now = table.Clock.Now;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Requests; i++)
        {
            using var flow = table.Open(EngineBed.Flow(-1L - i), now);
            if (flow.Exists)
                throw new InvalidOperationException("A stranger is held.");
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Requests;
    }

    private static double Median(int times, Func<double> measure) =>
        Statistics.Median([.. Enumerable.Range(0, times).Select(_ => (double?)measure())])!.Value;

    private sealed record Point(
        int Flows, double Held, double Process, double NewNs, double RequestNs, double MissNs, double PauseMs, double CompactingPauseMs);
}
