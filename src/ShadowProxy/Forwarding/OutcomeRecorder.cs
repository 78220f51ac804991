using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding;

/// <summary>Hands the outcome of an attempt to those who learn from it: the route's norm, the node's traffic, the flow. Thread-safe.</summary>
internal sealed class OutcomeRecorder(FlowWatch flows, ShadowingMetrics metrics, FlowClock clock, TimeProvider time)
{
    /// <summary>Takes in the outcome of the attempt that just ended.</summary>
    public void Record(FlowContext flow, Outcome outcome)
    {
        var node = flow.Node!;
        var norm = flow.Binding.Norm;
        var now = time.GetTimestamp();
        var latencyMs = Known(LatencyMs(flow, outcome, now), outcome, norm);
        var normMs = norm.MillisecondsOr(latencyMs);
        var weight = node.Traffic.Record(flow.EvidenceId, outcome, latencyMs, normMs, clock.SecondsAt(now));
        if (weight > 0 && outcome == Outcome.Answered && !double.IsNaN(latencyMs))
            norm.Observe(latencyMs, weight);
        if (flow.Binding.Route.IsReplayed)
            LearnTail(norm, node, outcome, latencyMs, weight);
        flows.Record(flow.Signature, node, outcome, latencyMs, normMs, clock.At(now));
        if (outcome.IsError())
            metrics.AttemptFailed(node, outcome);
    }

    /// <summary>Takes in the outcome of a second attempt that served nobody.</summary>
    public void RecordSecond(FlowContext flow, SecondAttempt second, Outcome outcome)
    {
        var now = time.GetTimestamp();
        var norm = flow.Binding.Norm;
        var latencyMs = outcome.IsGivenUp() || outcome == Outcome.Answered ? time.GetElapsedTime(second.BeganAt, now).TotalMilliseconds : double.NaN;
        latencyMs = Known(latencyMs, outcome, norm);
        second.Node.Traffic.Record(flow.EvidenceId, outcome, latencyMs, norm.MillisecondsOr(latencyMs), clock.SecondsAt(now));
        if (outcome.IsError())
            metrics.AttemptFailed(second.Node, outcome);
    }

    /// <summary>To have been given up sooner than answers come says nothing of how long this one would have taken.</summary>
    private static double Known(double latencyMs, Outcome outcome, RouteNorm norm) =>
        outcome.IsGivenUp() && latencyMs < norm.Milliseconds ? double.NaN : latencyMs;

    /// <summary>What a sick node does is not what is to be expected; an attempt that was given up took at least so long.</summary>
    private static void LearnTail(RouteNorm norm, Node node, Outcome outcome, double latencyMs, int weight)
    {
        if (weight > 0 && outcome is Outcome.Answered or Outcome.Abandoned or Outcome.Overtaken && !double.IsNaN(latencyMs) && node.Health.State == NodeState.Healthy)
            norm.Tail.Observe(latencyMs, weight);
    }

    /// <summary>
    /// Time to response headers since the client's body had ended; of an attempt that was given up, its age: it would have taken at least so
    /// long. NaN where neither says anything about the node.
    /// </summary>
    private double LatencyMs(FlowContext flow, Outcome outcome, long now)
    {
        if (!flow.IsTimed || flow.WaitsSince == 0)
            return double.NaN;
        if (flow.TimeToHeaders is { } answered)
            return (answered - time.GetElapsedTime(flow.BeganAt, flow.WaitsSince)).TotalMilliseconds;
        return outcome.IsGivenUp() ? time.GetElapsedTime(flow.WaitsSince, now).TotalMilliseconds : double.NaN;
    }
}
