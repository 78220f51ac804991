using System.Diagnostics;
using System.Globalization;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Scale.Reporting;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>What the monitor's tick takes when it watches many nodes.</summary>
internal static class MonitorMeasurement
{
    private const int Ticks = 100;
    private const int WarmUpTicks = 30;
    private const int AnswersPerTick = 3;
    private const int NewFlows = 500;

    private static readonly (int Clusters, int Nodes)[] Layouts = [(1, 4), (25, 4), (2500, 4), (100, 100), (1, 10_000)];

    public static ScaleSection Run(Action<string> tell) => new(
        "monitor", "The monitor's tick with many nodes", $"""
            Each node reports its load and has {AnswersPerTick} answers of as many flows before each tick. Figures are of {Ticks} ticks; "% of a
            core" is what a tick every {FlowMonitor.Interval.TotalMilliseconds:F0} ms takes. A new flow looks at all nodes of its cluster, a known one at its own.
            """,
        [.. Layouts.Select(layout => Measure(layout.Clusters, layout.Nodes, tell))]);

    private static ScaleRow Measure(int clusters, int nodes, Action<string> tell)
    {
        tell($"monitor: {clusters} × {nodes} nodes");
        using var bed = new EngineBed(capacity: 1000, clusters, nodes);
        var random = new Random(1);
        var took = new List<double?>();
        for (var tick = -WarmUpTicks; tick < Ticks; tick++)
        {
            bed.Time.Leap(FlowMonitor.Interval);
            foreach (var cluster in bed.Clusters)
            {
                foreach (var node in cluster.Nodes)
                    Serve(bed, node, random);
            }

            var started = Stopwatch.GetTimestamp();
            bed.Monitor.Tick();
            if (tick >= 0)
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var median = Statistics.Median(took)!.Value;
        return new ScaleRow(
            string.Create(CultureInfo.InvariantCulture, $"{clusters:N0} × {nodes:N0} nodes"),
            new("median ms", median, 3),
            new("longest ms", took.Max()!.Value, 3),
            new("µs a node", median * 1000 / (clusters * nodes), 2),
            new("% of a core", 100 * median / FlowMonitor.Interval.TotalMilliseconds, 2),
            new("µs a new flow", TimeNewFlows(bed), 2));
    }

    private static double TimeNewFlows(EngineBed bed)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < NewFlows; i++)
            bed.Ask(EngineBed.Flow(i));
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / NewFlows;
    }

    private static void Serve(EngineBed bed, Node node, Random random)
    {
        node.Accept(
            new LoadReport { CpuUtilization = 0.3 + (0.05 * random.NextDouble()), MemoryUtilization = 0.4 + (0.02 * random.NextDouble()) },
            bed.Time.GetTimestamp());
        for (var i = 0; i < AnswersPerTick; i++)
        {
            node.BeginRequest();
            node.Traffic.Record((ulong)random.NextInt64(), Outcome.Answered, 10 + (2 * random.NextDouble()), 11, bed.Tables.Clock.Seconds);
            node.EndRequest();
        }
    }
}
