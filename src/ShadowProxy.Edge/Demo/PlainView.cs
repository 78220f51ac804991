using ShadowProxy.Lab.Summary;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Edge.Demo;

/// <summary>What plain YARP knows: which destinations its health checks hold for well.</summary>
internal sealed class PlainView(IProxyStateLookup proxy) : IProxyView
{
    private readonly Dictionary<string, string> _states = [];

    /// <inheritdoc/>
    public string Name => "plain YARP";

    /// <inheritdoc/>
    public MigrationTally? Migrations => null;

    /// <inheritdoc/>
    public IReadOnlyList<DemoNode> Nodes =>
        [.. Destinations.Select(d => new DemoNode(d.DestinationId, IsWell(d) ? "healthy" : "unhealthy", Tone(d))
        {
            Reason = Reason(d),
            InFlight = d.ConcurrentRequestCount,
        })];

    private IEnumerable<DestinationState> Destinations =>
        proxy.GetClusters().SelectMany(cluster => cluster.Destinations.Values).OrderBy(d => d.DestinationId, StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Follow(DemoFeed feed)
    {
        foreach (var node in Nodes)
        {
            var state = node.Reason.Length == 0 ? node.State : $"{node.State} by {node.Reason}";
            if (_states.TryGetValue(node.Name, out var before) && before != state)
                feed.Add(node.Tone, $"{node.Name}: {before} → {state}");
            _states[node.Name] = state;
        }
    }

    private static bool IsWell(DestinationState destination) => Reason(destination).Length == 0;

    private static DemoTone Tone(DestinationState destination) => IsWell(destination) ? DemoTone.Good : DemoTone.Bad;

    private static string Reason(DestinationState destination) => (destination.Health.Active, destination.Health.Passive) switch
    {
        (DestinationHealth.Unhealthy, DestinationHealth.Unhealthy) => "probes and traffic",
        (DestinationHealth.Unhealthy, _) => "probes",
        (_, DestinationHealth.Unhealthy) => "traffic",
        _ => "",
    };
}
