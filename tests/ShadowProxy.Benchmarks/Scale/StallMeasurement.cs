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
            operation: one new flow, or the monitor's tenth of a second, in which it locks one stripe after the other, none for more than a
            sixteenth of it. The control's other thread computes: what the machine itself takes away. CPU: of the thread alone, without the time
            in which the processor was given to others.
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
        for (var i = 0; !other.IsCompleted; i++)
        {
            requests.Begin();
            bed.Ask(EngineBed.Flow(i % Established));
            requests.End();
        }

        other.GetAwaiter().GetResult();
        return new ScaleRow(
            name,
            new("requests", requests.Count),
            new("longest ms", requests.LongestMs, 1),
            new("longest CPU ms", requests.LongestCpuMs, 2),
            new("over 5 ms a second", requests.OverPerSecond, 1),
            new("operations", others.Count),
            new("longest ms", others.LongestMs, 1),
            new("longest CPU ms", others.LongestCpuMs, 2),
            new("over 5 ms a second", others.OverPerSecond, 1));
    }

    private static void Idle(LongestWait wait)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(started) < ControlLength; i++)
        {
            wait.Begin();
            EngineBed.Flow(i);
            wait.End();
        }
    }

    private static void Come(EngineBed bed, LongestWait wait, int first)
    {
        for (var i = 0; i < Flows; i++)
        {
            wait.Begin();
            bed.Ask(EngineBed.Flow(first + i));
            wait.End();
        }
    }

    private static void End(EngineBed bed, LongestWait wait, TimeSpan after, Func<long> left)
    {
        bed.Time.Leap(after);
        while (left() > 2 * Established)
        {
            wait.Begin();
            bed.Tables.Advance();
            wait.End();
            bed.Time.Leap(TimeSpan.FromMilliseconds(100));
        }
    }
}
