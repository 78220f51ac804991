using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;
using Yarp.ReverseProxy;

namespace ShadowProxy.Forwarding;

/// <summary>Computes the signatures that requests with known facts have, by the templates of the routes. Thread-safe.</summary>
internal sealed class FlowLookup(IProxyStateLookup proxy, RouteBindings bindings)
{
    /// <summary>One match for each alternative of each route's template that the facts suffice for; the same signature once.</summary>
    public IEnumerable<FlowMatch> Find(FlowQuery query)
    {
        var seen = new HashSet<Signature>();
        foreach (var route in proxy.GetRoutes().OrderBy(route => route.Config.RouteId, StringComparer.Ordinal))
        {
            if (!IsAsked(query.Route, route.Config.RouteId) || bindings.Find(route) is not { } binding || !IsAsked(query.Cluster, binding.Cluster.Id))
                continue;
            var facts = new GivenFlowFacts(binding.RouteId, query.Facts);
            var template = binding.Route.Signature;
            var alternatives = template.Alternatives;
            for (var i = 0; i < alternatives.Count; i++)
            {
                if (template.TryCompute(i, ref facts, binding.Settings.Key, binding.Scope, out var signature) && seen.Add(signature))
                    yield return new FlowMatch(binding.RouteId, binding.Cluster.Id, alternatives[i], signature, null);
            }
        }
    }

    private static bool IsAsked(string? asked, string id) => asked is null || asked.Equals(id, StringComparison.OrdinalIgnoreCase);
}
