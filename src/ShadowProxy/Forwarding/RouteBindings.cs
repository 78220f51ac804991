using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>The binding of each YARP route, made anew when the route or the settings change. Thread-safe.</summary>
internal sealed class RouteBindings(NodeRegistry nodes, ShadowingSettingsProvider settings)
{
    private readonly ConditionalWeakTable<RouteModel, RouteBinding> _bindings = [];
    private readonly ConcurrentDictionary<string, RouteNorm> _norms = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The route's binding; null where the route has no cluster.</summary>
    public RouteBinding? Find(RouteModel route)
    {
        var current = settings.Current;
        if (_bindings.TryGetValue(route, out var binding) && ReferenceEquals(binding.Settings, current))
            return binding;
        if (route.Cluster is not { } state || nodes.FindCluster(state.ClusterId) is not { } cluster)
            return null;
        var norm = _norms.GetOrAdd(route.Config.RouteId, static _ => new RouteNorm());
        binding = new RouteBinding(route.Config.RouteId, cluster, current, norm);
        _bindings.AddOrUpdate(route, binding);
        return binding;
    }
}
