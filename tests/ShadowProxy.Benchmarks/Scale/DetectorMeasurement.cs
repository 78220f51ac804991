using System.Diagnostics;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Scale.Reporting;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>What the anomaly detector takes when each of many nodes has many signals.</summary>
internal static class DetectorMeasurement
{
    private const int Nodes = 10_000;
    private const int Signals = 30;
    private const int WarmUpRounds = 120;
    private const double WarmUpSeconds = 60;
    private const int Rounds = 30;
    private const double NanosecondsPerSecond = 1e9;

    public static ScaleSection Run(Action<string> tell)
    {
        tell($"detector: {Nodes} nodes × {Signals} signals");
        var families = Enum.GetValues<SignalFamily>();
        DetectorSignal[] signals = [.. Enumerable.Range(0, Signals).Select(i => new DetectorSignal($"s{i}", families[i % families.Length]))];
        var before = Heap.Alive();
        NodeDetector[] detectors = [.. Enumerable.Range(0, Nodes).Select(_ => new NodeDetector(signals))];
        var held = Heap.Alive() - before;
        var random = new Random(1);
        var values = new float[Signals * 1024];
        foreach (ref var value in values.AsSpan())
            value = random.NextSingle();

        var took = new List<double?>();
        long allocated = 0;
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            // Warmed up a minute at a time, so that the detectors judge when they are measured.
            var seconds = round < 0 ? round * WarmUpSeconds : round;
            var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var node = 0; node < Nodes; node++)
                detectors[node].Observe(values.AsSpan((node + round + WarmUpRounds) % 1024 * Signals, Signals), seconds);
            var elapsed = Stopwatch.GetElapsedTime(started);
            var bytes = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
            if (round < 0)
                continue;
            took.Add(elapsed.TotalSeconds);
            allocated += bytes;
        }

        var median = Statistics.Median(took)!.Value;
        return new ScaleSection("detector", "The anomaly detector with many nodes", $"""
            Each of {Nodes} nodes has {Signals} signals, and each signal a sample a second; figures are of {Rounds} such seconds. "% of a core" is
            what it takes of one at that rate.
            """,
            [
                new ScaleRow(
                    $"{Nodes:N0} × {Signals}",
                    new("ns a sample", median * NanosecondsPerSecond / Nodes / Signals, 1),
                    new("longest", took.Max()!.Value * NanosecondsPerSecond / Nodes / Signals, 1),
                    new("% of a core", 100 * median, 2),
                    new("B a sample", (double)allocated / Rounds / Nodes / Signals, 3),
                    new("B held a signal", held / Nodes / Signals, 1)),
            ]);
    }
}
