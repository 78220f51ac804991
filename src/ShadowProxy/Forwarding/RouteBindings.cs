using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ShadowProxy.Configuration;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Forwarding;

/// <summary>The binding of each YARP route, made anew when the route or the settings change. Thread-safe.</summary>
internal sealed class RouteBindings(NodeRegistry nodes, ShadowingSettingsProvider settings, TimeProvider time) : IDisposable
{
    private const int Places = 256;

    /// <summary>Those found last, by the route's identity: most applications have fewer routes than this has places.</summary>
    private readonly RouteBinding?[] _found = new RouteBinding?[Places];

    private readonly ConditionalWeakTable<RouteModel, RouteBinding> _bindings = [];
    private readonly ConcurrentDictionary<string, (RouteNorm Norm, OverdueQueue Overdue)> _kept = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The route's binding; null where the route has no cluster.</summary>
    public RouteBinding? Find(RouteModel route)
    {
        var current = settings.Current;
        ref var place = ref _found[RuntimeHelpers.GetHashCode(route) & (Places - 1)];
        if (Volatile.Read(ref place) is { } found && ReferenceEquals(found.Model, route) && ReferenceEquals(found.Settings, current))
            return found;
        if (Bind(route, current) is not { } binding)
            return null;
        Volatile.Write(ref place, binding);
        return binding;
    }

    private RouteBinding? Bind(RouteModel route, ShadowingSettings current)
    {
        if (_bindings.TryGetValue(route, out var binding) && ReferenceEquals(binding.Settings, current))
            return binding;
        if (route.Cluster is not { } state || nodes.FindCluster(state.ClusterId) is not { } cluster)
            return null;
        var kept = _kept.GetOrAdd(route.Config.RouteId, static (_, time) => (new RouteNorm(), new OverdueQueue(time)), time);
        binding = new RouteBinding(route, cluster, current, kept.Norm, kept.Overdue);
        _bindings.AddOrUpdate(route, binding);
        return binding;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, overdue) in _kept.Values)
            overdue.Dispose();
    }
}
