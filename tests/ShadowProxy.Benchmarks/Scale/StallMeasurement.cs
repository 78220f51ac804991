using System.Diagnostics;
using ShadowProxy.Benchmarks.Scale.Reporting;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>How long requests of established flows wait at most, while the tables grow, expire and overflow beside them.</summary>
internal static class StallMeasurement
{
    private const int Established = 1000;
    private const int Flows = 1_000_000;

    private static readonly TimeSpan ControlLength = TimeSpan.FromSeconds(2);

    public static ScaleSection Run(Action<string> tell)
    {
        using var bed = new EngineBed(EngineBed.CapacityFor(Flows));
        bed.Fill(Established);
        var rows = new List<ScaleRow>();
        Measure("nothing (control)", Idle);
        Measure("1,000,000 flows come", wait => Come(bed, wait, Established));
        Measure("1,000,000 more: half displace half", wait => Come(bed, wait, 2 * Flows));
        Measure("all flows end", wait => End(bed, wait, TimeSpan.FromMinutes(11), () => bed.Tables.Flows.Count));
        Measure("all shadows are forgotten", wait => End(bed, wait, TimeSpan.FromMinutes(61), () => bed.Tables.Shadows.Count));
        return new ScaleSection("stalls", "The longest waits while the tables grow, overflow and expire", """
            One thread asks for 1,000 established flows without pause, and times each request; another does what the row says, and times each
            operation: one new flow, or the monitor's tenth of a second. The control's other thread computes: what the machine itself takes away.
            """, rows);

        void Measure(string name, Action<LongestWait> disturb)
        {
            tell($"stalls: {name}");
            rows.Add(Watch(bed, name, disturb));
        }
    }

    private static ScaleRow Watch(EngineBed bed, string name, Action<LongestWait> disturb)
    {
        var requests = new LongestWait();
        var others = new LongestWait();
        var other = Task.Factory.StartNew(() => disturb(others), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var at = Stopwatch.GetTimestamp();
        for (var i = 0; !other.IsCompleted; i++)
        {
            bed.Ask(EngineBed.Flow(i % Established));
            at = requests.Add(at);
        }

        other.GetAwaiter().GetResult();
        return new ScaleRow(
            name,
            new("requests", requests.Count),
            new("longest ms", requests.Milliseconds, 2),
            new("over 1 ms", requests.OverOne),
            new("over 5 ms", requests.OverFive),
            new("operations", others.Count),
            new("longest ms", others.Milliseconds, 2),
            new("over 1 ms", others.OverOne),
            new("over 5 ms", others.OverFive));
    }

    private static void Idle(LongestWait wait)
    {
        var started = Stopwatch.GetTimestamp();
        for (var at = started; Stopwatch.GetElapsedTime(started) < ControlLength;)
        {
            EngineBed.Flow(at);
            at = wait.Add(at);
        }
    }

    private static void Come(EngineBed bed, LongestWait wait, int first)
    {
        var at = Stopwatch.GetTimestamp();
        for (var i = 0; i < Flows; i++)
        {
            bed.Ask(EngineBed.Flow(first + i));
            at = wait.Add(at);
        }
    }

    private static void End(EngineBed bed, LongestWait wait, TimeSpan after, Func<long> left)
    {
        bed.Time.Leap(after);
        while (left() > 2 * Established)
        {
            var started = Stopwatch.GetTimestamp();
            bed.Tables.Advance();
            wait.Add(started);
            bed.Time.Leap(TimeSpan.FromMilliseconds(100));
        }
    }
}
