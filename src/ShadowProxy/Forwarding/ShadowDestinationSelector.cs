using Microsoft.AspNetCore.Http;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>Chooses the destination of a request: computes its signature and asks the tables. Thread-safe.</summary>
internal sealed class ShadowDestinationSelector(FlowRouter router, AffinityCookies cookies)
{
    /// <summary>Makes the request's flow context, with the node chosen.</summary>
    /// <param name="context">The request.</param>
    /// <param name="proxy">What YARP knows of it, with the destinations that YARP's own health checks leave.</param>
    /// <param name="binding">Its route.</param>
    /// <param name="observe">True where the choice is not to be followed.</param>
    /// <param name="rejected">True where the flow's requests are refused.</param>
    public FlowContext Choose(HttpContext context, IReverseProxyFeature proxy, RouteBinding binding, bool observe, out bool rejected)
    {
        var available = proxy.AvailableDestinations;
        var flow = new FlowContext(context, proxy, binding) { IsObserved = observe };
        if (!observe && proxy.Cluster.Config.SessionAffinity is { } affinity && AffinityPolicy.IsOn(affinity))
            flow.Recognise(cookies.Read(context, binding, affinity));
        var choice = router.Choose(flow.Signature, binding.Cluster, binding.Route, flow.IsByConnection, flow.Affinity);
        rejected = choice.Rejected;
        if (choice.Node is { } node && available.Count < binding.Cluster.Nodes.Length && !IsAvailable(node, available))
            choice = choice with { Node = FindAvailable(flow, binding.Cluster, node, available) };
        flow.Choose(choice);
        return flow;
    }

    private Node? FindAvailable(FlowContext flow, ShadowCluster cluster, Node unavailable, IReadOnlyList<DestinationState> available)
    {
        if (available.Count == 0)
            return null;
        Span<Node> excluded = [unavailable, .. cluster.Nodes.Where(n => n != unavailable && !IsAvailable(n, available))];
        return router.ChooseNext(flow.Signature, cluster, excluded);
    }

    private static bool IsAvailable(Node node, IReadOnlyList<DestinationState> available)
    {
        foreach (var destination in available)
        {
            if (ReferenceEquals(destination, node.Destination))
                return true;
        }

        return false;
    }
}
