using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Keeps each flow's own statistics, and notices when one flow fares badly on a node that serves others well: it is to move then, once in
/// ten minutes; if the trouble comes along, it is sent home and left alone for an hour. Thread-safe.
/// </summary>
internal sealed class FlowWatch(FlowTables tables)
{
    private const int FailuresInRow = 3;
    private const int SlowAnswers = 8;
    private const double SlowerThanOthers = 3;
    private const double SlowFloorMs = 20;
    private const float LatencyPart = 1f / 8;
    private const float ErrorPart = 1f / 16;

    private static readonly uint Window = FlowClock.Ticks(TimeSpan.FromMinutes(10));

    /// <summary>Takes in the outcome of a request of the flow.</summary>
    /// <param name="signature">The flow.</param>
    /// <param name="node">The node that was asked.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="latencyMs">Time to response headers; NaN where it says nothing.</param>
    /// <param name="normMs">The route's norm.</param>
    /// <param name="now">The tables' time.</param>
    public void Record(in Signature signature, Node node, Outcome outcome, double latencyMs, double normMs, uint now)
    {
        using var flow = tables.Flows.Open(signature, now);
        if (!flow.Exists)
            return;
        ref var entry = ref flow.Entry;
        var error = outcome.IsError();
        entry.Errors += ErrorPart * ((error ? 1 : 0) - entry.Errors);
        if (!double.IsNaN(latencyMs))
            entry.LatencyMs = entry.LatencyMs == 0 ? (float)latencyMs : entry.LatencyMs + (LatencyPart * ((float)latencyMs - entry.LatencyMs));
        if (entry.Primary != node.Ref || entry.Has(FlowFlags.Hot | FlowFlags.Shared | FlowFlags.Pinned))
            return;

        var health = node.Health;
        // A connect that fails is the node's trouble: nothing of the flow was there yet.
        if (outcome is not (Outcome.Abandoned or Outcome.Overtaken) && !outcome.IsConnectFailure())
            entry.Failures = error ? (byte)Math.Min(byte.MaxValue, entry.Failures + 1) : (byte)0;
        if (!double.IsNaN(latencyMs))
        {
            var others = health.TypicalLatency * normMs;
            var slow = outcome == Outcome.Overtaken || (latencyMs > SlowerThanOthers * others && latencyMs - others > SlowFloorMs);
            entry.SlowAnswers = slow ? (byte)Math.Min(byte.MaxValue, entry.SlowAnswers + 1) : (byte)Math.Max(0, entry.SlowAnswers - 1);
        }

        if ((entry.Failures >= FailuresInRow || entry.SlowAnswers >= SlowAnswers) && health.State == NodeState.Healthy)
            Trouble(ref entry, flow.Now);
    }

    private static void Trouble(ref FlowEntry entry, uint now)
    {
        entry.Failures = 0;
        entry.SlowAnswers = 0;
        if (now < entry.MutedUntil || entry.Has(FlowFlags.Troubled | FlowFlags.TroubledEverywhere))
            return;
        entry.Set(entry.MovedForIssue != 0 && now - entry.MovedForIssue < Window ? FlowFlags.TroubledEverywhere : FlowFlags.Troubled, true);
    }
}
