using System.Diagnostics;
using System.Globalization;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Scale.Reporting;
using ShadowProxy.Nodes;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>How long it takes to begin the evacuation of a node, by how many flows are there.</summary>
internal static class TriggerMeasurement
{
    private const int Rounds = 101;

    private static readonly int[] Sizes = [1_000, 1_000_000];
    private static readonly TimeSpan BetweenTicks = TimeSpan.FromMilliseconds(100);

    public static ScaleSection Run(Action<string> tell)
    {
        tell("trigger: filling");
        var beds = Sizes.Select(size => (Size: size, Bed: new EngineBed(EngineBed.CapacityFor(size)))).ToArray();
        try
        {
            foreach (var (size, bed) in beds)
                bed.Fill(size);
            var triggers = beds.Select(_ => new List<double?>()).ToArray();
            var ticks = beds.Select(_ => new List<double?>()).ToArray();
            tell("trigger: evacuating");
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var (index, (_, bed)) in beds.Index())
                {
                    ticks[index].Add(Tick(bed) + Tick(bed));
                    triggers[index].Add(Evacuate(bed, bed.Clusters[0].Nodes[round % 4]));
                }
            }

            return new ScaleSection("trigger", "The trigger of an evacuation", $"""
                The two ticks of the monitor in which an operator's wish is taken and the node's admitted share begins to fall, beside two in which
                nothing happens: medians of {Rounds}, both sizes in turn. Flows move later, each with its own next request.
                """,
                [.. beds.Select((bed, index) => new ScaleRow(
                    $"{bed.Size.ToString("N0", CultureInfo.InvariantCulture)} flows",
                    new("trigger µs", Statistics.Median(triggers[index])!.Value, 1),
                    new("two other ticks µs", Statistics.Median(ticks[index])!.Value, 1)))]);
        }
        finally
        {
            foreach (var (_, bed) in beds)
                bed.Dispose();
        }
    }

    private static double Evacuate(EngineBed bed, Node node)
    {
        node.Wish(OperatorWish.Evacuate);
        var took = Tick(bed) + Tick(bed);
        if (node.Health.AdmittedShare >= 1)
            throw new InvalidOperationException($"{node} is not being evacuated.");
        node.Wish(OperatorWish.Restore);
        Tick(bed);
        return took;
    }

    private static double Tick(EngineBed bed)
    {
        bed.Time.Leap(BetweenTicks);
        var started = Stopwatch.GetTimestamp();
        bed.Monitor.Tick();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }
}
