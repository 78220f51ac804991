using Microsoft.AspNetCore.Http;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding.Hedging;

/// <summary>
/// Whether a request whose answer is overdue goes to a second node, and to which. Hedges (Dean and Barroso, "The Tail at Scale", 2013) are for
/// GET and HEAD without a body, within a twentieth of the cluster's requests, and never while the cluster is loaded; replays, off a dead node,
/// for all idempotent requests. Both share the cluster's budget for retries. Thread-safe.
/// </summary>
internal sealed class HedgeRule(FlowRouter router, ShadowingMetrics metrics)
{
    /// <summary>Whether an answer is one that another node may better: the node says that it cannot serve now.</summary>
    public static bool MayBeBettered(HttpResponseMessage response) =>
        (int)response.StatusCode is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;

    /// <summary>The node for a second copy of a request whose first is late; null where there is to be none.</summary>
    public Node? FindForHedge(FlowContext flow, Node first)
    {
        var cluster = flow.Binding.Cluster;
        if (!flow.Binding.Route.Hedging || !flow.IsSafe || flow.HasBody || flow.WasSent || cluster.IsLoaded)
            return null;
        return router.ChooseNext(flow.Signature, cluster, [first], flow.Binding.Route.RetryWithin) is { Health.State: NodeState.Healthy } shadow
            && cluster.Hedges.TryTake() && cluster.Retries.TryTake()
            ? shadow
            : null;
    }

    /// <summary>The node for a request that waits on a dead one; null where there is to be none.</summary>
    public Node? FindForReplay(FlowContext flow, Node first)
    {
        var cluster = flow.Binding.Cluster;
        // Once sent, one further node at most.
        if (flow.WasSent || flow.Body is { IsWhole: false })
            return null;
        return router.ChooseNext(flow.Signature, cluster, [first], flow.Binding.Route.RetryWithin) is { Health.IsDead: false } shadow
            && cluster.Retries.TryTake()
            ? shadow
            : null;
    }

    /// <summary>Counts a second attempt.</summary>
    public void Started(FlowContext flow, SecondAttempt second) => metrics.SecondAttempted(flow.Binding.Cluster.Id, second.IsReplay);

    /// <summary>Counts how it ended.</summary>
    public void Ended(FlowContext flow, SecondAttempt second, bool won) => metrics.SecondAttemptEnded(flow.Binding.Cluster.Id, second.IsReplay, won);
}
