using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding;

/// <summary>
/// Whether a request goes to a further node. Where nothing was sent: always, and at no cost. Else only an idempotent one whose body can be
/// read again, on one further node, while the cluster's budget lasts: a query of death must not tour the cluster. Thread-safe.
/// </summary>
internal sealed class RetryRule(FlowRouter router, ShadowingMetrics metrics)
{
    private const int MostSentAttempts = 2;

    /// <summary>Decides after an attempt, and plans the next one in <see cref="FlowContext.Next"/>.</summary>
    public bool TryPlan(HttpContext context, FlowContext flow, Outcome outcome)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested || flow.IsObserved)
            return false;
        var free = outcome.IsConnectFailure() && !flow.LastWasSent && (flow.IsIdempotent || !flow.WasSent);
        if (!free && !IsRepeatable(flow, outcome))
            return false;
        var tried = new List<Node>(flow.Tried ?? []) { flow.Node! };
        var next = router.ChooseNext(flow.Signature, flow.Binding.Cluster, CollectionsMarshal.AsSpan(tried), flow.Binding.Route.RetryWithin);
        if (next is null || (!free && !flow.Binding.Cluster.Retries.TryTake()))
            return false;
        flow.Next = next;
        metrics.Retried(flow.Binding.Cluster.Id, outcome);
        return true;
    }

    private static bool IsRepeatable(FlowContext flow, Outcome outcome) =>
        flow.IsIdempotent
        && outcome is Outcome.Broken or Outcome.ServerError or Outcome.ConnectFailed or Outcome.ConnectRefused
        && SentSoFar(flow) < MostSentAttempts
        && flow.Binding.Route.InFlight != InFlightMode.Abort
        && flow.Body is null or { IsReplayable: true };

    /// <summary>The attempts that may have reached a node, the present one included: an answer is judged before its attempt ends.</summary>
    private static int SentSoFar(FlowContext flow) => flow.SentAttempts + (flow.IsAttempting ? 1 : 0);
}
