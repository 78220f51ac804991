using System.Globalization;
using System.Text;

namespace ShadowProxy.Edge.Demo;

/// <summary>Writes a snapshot as one plain line, for logs and pipes.</summary>
internal static class DemoText
{
    /// <summary>The counters, and every node that is not as it should be.</summary>
    public static string Write(DemoSnapshot snapshot)
    {
        var load = snapshot.Load;
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{load.Elapsed.TotalSeconds,5:0.0} s  {load.Requests} requests");
        line.Append(CultureInfo.InvariantCulture, $"  {load.Failed} failed  {load.Slow} slow  {load.InFlight} in flight  p99 {load.P99Ms ?? 0:0} ms");
        if (snapshot.FlowsMigrated is { } flows)
            line.Append(CultureInfo.InvariantCulture, $"  {flows} flows moved");
        foreach (var node in snapshot.Nodes.Where(n => n.Tone != DemoTone.Good))
        {
            line.Append(CultureInfo.InvariantCulture, $"  [{node.Name} {node.State}{(node.Reason.Length == 0 ? "" : $" ({node.Reason})")}");
            if (!double.IsNaN(node.Score))
                line.Append(CultureInfo.InvariantCulture, $", score {node.Score:0.00}, admitted {node.AdmittedShare * 100:0}%");
            line.Append(']');
        }
        return line.ToString();
    }

    /// <summary>An event.</summary>
    public static string Write(DemoEvent happened) =>
        string.Create(CultureInfo.InvariantCulture, $"{happened.At.TotalSeconds,5:0.0} s  ! {happened.Text}");
}
