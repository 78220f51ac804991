using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Forwarding.Hedging;

/// <summary>
/// Whether a request whose answer is overdue goes to a second node, and to which. Hedges (Dean and Barroso, "The Tail at Scale", 2013) are for
/// GET and HEAD without a body, within a twentieth of the cluster's requests, and never while the cluster is loaded; replays, off a lost node,
/// for all idempotent requests. Both share the cluster's budget for retries. Thread-safe.
/// </summary>
internal sealed class HedgeRule(FlowRouter router, ShadowingMetrics metrics, ILogger<HedgeRule> logger)
{
    /// <summary>Why a hedge is made: the answer is later than the route's answers are.</summary>
    public const string Overdue = "overdue";

    /// <summary>Why no second attempt is made: the cluster has more to do than it does well.</summary>
    public const string Loaded = "loaded";

    /// <summary>Why no second attempt is made: the cluster's budget is spent.</summary>
    public const string Budget = "budget";

    /// <summary>Why no second attempt is made: no other node is fit to be asked.</summary>
    public const string NoNode = "no_node";

    /// <summary>Whether an answer is one that another node may better: the node says that it cannot serve now.</summary>
    public static bool MayBeBettered(HttpResponseMessage response) =>
        (int)response.StatusCode is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;

    /// <summary>The node for a second copy of a request whose first is late; null where there is to be none.</summary>
    public Node? FindForHedge(FlowContext flow, Node first)
    {
        if (!flow.Binding.Route.Hedging || !flow.IsSafe || flow.HasBody || flow.WasSent)
            return null;
        if (flow.Binding.Cluster.IsLoaded)
            return Refuse(flow, isReplay: false, Loaded);
        return router.ChooseNext(flow.Signature, flow.Binding.Cluster, [first], flow.Binding.Route.RetryWithin) is { Health.State: NodeState.Healthy } shadow
            ? shadow
            : Refuse(flow, isReplay: false, NoNode);
    }

    /// <summary>The node for a request that waits on a lost one; null where there is to be none.</summary>
    public Node? FindForReplay(FlowContext flow, Node first)
    {
        // Once sent, one further node at most.
        if (flow.WasSent || flow.Body is { IsWhole: false })
            return null;
        return router.ChooseNext(flow.Signature, flow.Binding.Cluster, [first], flow.Binding.Route.RetryWithin) is { Health.IsDead: false } shadow
            ? shadow
            : Refuse(flow, isReplay: true, NoNode);
    }

    /// <summary>Whether the cluster's budgets allow for a second attempt; it is paid for then.</summary>
    public bool TryPay(FlowContext flow, bool isReplay)
    {
        var cluster = flow.Binding.Cluster;
        if ((isReplay || cluster.Hedges.TryTake()) && cluster.Retries.TryTake())
            return true;
        Refuse(flow, isReplay, Budget);
        return false;
    }

    /// <summary>Counts a second attempt.</summary>
    /// <param name="flow">The request.</param>
    /// <param name="second">The attempt.</param>
    /// <param name="first">The node that had not answered.</param>
    public void Started(FlowContext flow, SecondAttempt second, Node first) =>
        metrics.SecondAttempted(flow.Binding.Cluster.Id, second.IsReplay, second.IsReplay ? first.Health.Reason.ToTag() : Overdue);

    /// <summary>Counts how it ended.</summary>
    public void Ended(FlowContext flow, SecondAttempt second, bool won) => metrics.SecondAttemptEnded(flow.Binding.Cluster.Id, second.IsReplay, won);

    /// <summary>Says that looking for a second node failed; the request still has its first attempt.</summary>
    public void Failed(FlowContext flow, Exception exception) => ShadowingLog.SecondAttemptFailed(logger, flow.Binding.Cluster.Id, exception);

    private Node? Refuse(FlowContext flow, bool isReplay, string reason)
    {
        metrics.SecondAttemptRefused(flow.Binding.Cluster.Id, isReplay, reason);
        return null;
    }
}
