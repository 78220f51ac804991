using System.Diagnostics;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Telemetry;

/// <summary>
/// A span for each decision: a change of a node's state is a trace of its own, with its evidence as events; a flow that moves is a span of the
/// request that moved it, where that is sampled, with a link to the change of state that made it move. Made only where somebody listens.
/// Thread-safe.
/// </summary>
internal static class DecisionSpan
{
    /// <summary>A node changes its state; to be disposed once that is told.</summary>
    public static Activity? Start(Node node, StateChange change)
    {
        if (Spans.Source.StartActivity($"node {change.To.ToTag()}") is not { } span)
            return null;
        span.SetTag(Tags.Cluster, node.Cluster);
        span.SetTag(Tags.Node, node.Id);
        span.SetTag("shadowproxy.state.from", change.From.ToTag());
        span.SetTag(Tags.State, change.To.ToTag());
        span.SetTag(Tags.Reason, change.Reason.ToTag());
        span.SetTag("shadowproxy.text", change.Text);
        foreach (var evidence in change.Evidence)
            span.AddEvent(Event(evidence));
        return span;
    }

    /// <summary>A flow moves with the present request; to be disposed once that is told.</summary>
    public static Activity? Start(in FlowMove move, string evidence, bool observed)
    {
        if (Activity.Current is not { Recorded: true } || !Spans.Source.HasListeners())
            return null;
        var cause = move.Reason is MigrationReason.FlowIssue or MigrationReason.FailedBack ? null : move.From?.Decision;
        var span = Spans.Source.StartActivity(
            "flow migration", ActivityKind.Internal, parentContext: default, links: cause is null ? null : [new ActivityLink(cause.Context)]);
        span?.SetTag(Tags.Cluster, move.Cluster.Id);
        span?.SetTag("shadowproxy.signature", move.Signature.ToString());
        span?.SetTag("shadowproxy.node.from", move.From?.Id);
        span?.SetTag(Tags.Node, move.To.Id);
        span?.SetTag(Tags.Reason, move.Reason.ToTag());
        span?.SetTag(Tags.Observed, observed);
        span?.SetTag("shadowproxy.text", evidence);
        return span;
    }

    private static ActivityEvent Event(Evidence evidence)
    {
        var tags = new ActivityTagsCollection { ["shadowproxy.signal"] = evidence.Signal, ["shadowproxy.text"] = evidence.Text };
        Add("shadowproxy.value", evidence.Value);
        Add("shadowproxy.threshold", evidence.Threshold);
        Add("shadowproxy.baseline", evidence.Baseline);
        Add("shadowproxy.peers", evidence.Peers);
        return new ActivityEvent("shadowproxy.evidence", tags: tags);

        void Add(string name, double value)
        {
            if (!double.IsNaN(value))
                tags[name] = value;
        }
    }
}
