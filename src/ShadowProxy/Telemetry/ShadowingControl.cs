using ShadowProxy.Forwarding;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Telemetry;

/// <inheritdoc cref="IShadowingControl"/>
internal sealed class ShadowingControl(
    NodeRegistry registry, FlowTables tables, RedirectionEngine engine, FlowMonitor monitor, FlowLookup lookup, StatusReader statuses,
    SettingsReader settings, ShadowingEvents events, TimeProvider time) : IShadowingControl
{
    private static readonly TimeSpan LongestMute = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public long MigratedFlows => events.Migrated;

    /// <inheritdoc/>
    public long MigratedWhileHealthy => events.MigratedWhileHealthy;

    /// <inheritdoc/>
    public long Flows => tables.Flows.Count;

    /// <inheritdoc/>
    public IReadOnlyList<NodeStatus> GetNodes() =>
    [
        .. from cluster in registry.Clusters
           from node in cluster.Nodes
           orderby node.Cluster, node.Id
           select statuses.Read(node),
    ];

    /// <inheritdoc/>
    public FlowStatus? GetFlow(Signature signature) => statuses.Read(signature);

    /// <inheritdoc/>
    public IReadOnlyList<FlowMatch> FindFlows(FlowQuery query) =>
        [.. lookup.Find(query).Select(match => match with { Flow = statuses.Read(match.Signature) }).OrderBy(match => match.Flow is null)];

    /// <inheritdoc/>
    public IReadOnlyList<MigrationRecord> GetMigrations() => events.Migrations;

    /// <inheritdoc/>
    public IReadOnlyList<MigrationRecord> GetMigrations(Signature signature) => events.MigrationsOf(signature);

    /// <inheritdoc/>
    public IReadOnlyList<EvacuationStatus> GetEvacuations() =>
    [
        .. from cluster in registry.Clusters
           from node in cluster.Nodes
           orderby node.Cluster, node.Id
           let evacuation = statuses.ReadEvacuation(node)
           where evacuation is not null
           select evacuation,
    ];

    /// <inheritdoc/>
    public NodeSeries? GetSeries(string cluster, string node) =>
        registry.FindNode(cluster, node) is { } found ? monitor.Series.Read(found) : null;

    /// <inheritdoc/>
    public IReadOnlyList<SettingStatus> GetSettings() => settings.Read();

    /// <inheritdoc/>
    public IReadOnlyList<ShadowingEvent> GetEvents() => events.Events;

    /// <inheritdoc/>
    public IAsyncEnumerable<ShadowingNotice> ListenAsync(long? after, CancellationToken stop) => events.ListenAsync(after, stop);

    /// <inheritdoc/>
    public OperatorResult Evacuate(string cluster, string node) => Wish(cluster, node, OperatorWish.Evacuate, "evacuate");

    /// <inheritdoc/>
    public OperatorResult Restore(string cluster, string node) => Wish(cluster, node, OperatorWish.Restore, "restore");

    /// <inheritdoc/>
    public OperatorResult FailBack(string cluster, string? node)
    {
        if (registry.FindCluster(cluster) is not { } found)
            return OperatorResult.NotFound($"no cluster '{cluster}'");
        var homes = node is null ? found.Nodes : found.Nodes.Where(home => home.Id.Equals(node, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (node is not null && homes.Length == 0)
            return NoNode(cluster, node);
        var well = homes.Where(home => home.Health.State == NodeState.Healthy).ToArray();
        if (well.Length == 0)
            return OperatorResult.NotPossible($"flows return to healthy nodes, and {(node is null ? "none is" : $"{node} is not")}");
        var now = tables.Clock.Now;
        foreach (var home in well)
            home.FailbackAsked = now;
        found.FailbackAsked = now;
        events.OperatorActed("failback", found.Id, node is null ? $"of cluster {found.Id}" : $"to node {well[0]}", node is null ? null : well[0].Id);
        return OperatorResult.Ok;
    }

    /// <inheritdoc/>
    public OperatorResult MuteForecasts(string cluster, string node, TimeSpan time)
    {
        if (registry.FindNode(cluster, node) is not { } found)
            return NoNode(cluster, node);
        if (time < TimeSpan.Zero || time > LongestMute)
            return OperatorResult.NotPossible($"forecasts can be muted for up to {LongestMute.TotalHours:0} h; zero lets them count again");
        found.ForecastsMutedUntil = tables.Clock.Seconds + time.TotalSeconds;
        events.OperatorActed(time > TimeSpan.Zero ? $"mute forecasts for {time:c} of" : "unmute forecasts of", found.Cluster, $"node {found}", found.Id);
        return OperatorResult.Ok;
    }

    /// <inheritdoc/>
    public OperatorResult Report(string cluster, string node, LoadReport report)
    {
        if (registry.FindNode(cluster, node) is not { } found)
            return NoNode(cluster, node);
        if (RefuseFlood(found) is { } refused)
            return refused;
        found.Sources.Push.Report(report, time.GetTimestamp());
        return OperatorResult.Ok;
    }

    /// <inheritdoc/>
    public OperatorResult RejectReport(string cluster, string node, string problem)
    {
        if (registry.FindNode(cluster, node) is not { } found)
            return NoNode(cluster, node);
        if (RefuseFlood(found) is { } refused)
            return refused;
        found.Sources.Push.Reject(problem, time.GetTimestamp());
        return OperatorResult.Ok;
    }

    /// <inheritdoc/>
    public OperatorResult Pin(Signature signature, string node) => Move(signature, node, pin: true);

    /// <inheritdoc/>
    public OperatorResult Move(Signature signature, string node) => Move(signature, node, pin: false);

    /// <inheritdoc/>
    public OperatorResult Reject(Signature signature, bool reject)
    {
        using (var flow = tables.Flows.Open(signature))
        {
            if (!flow.Exists)
                return OperatorResult.NotFound($"no flow {signature}");
            flow.Entry.Action = reject ? FlowAction.Reject : FlowAction.Forward;
        }

        events.OperatorActed(reject ? "reject" : "forward", "", $"flow {signature}");
        return OperatorResult.Ok;
    }

    private OperatorResult? RefuseFlood(Node node)
    {
        var now = time.GetTimestamp();
        if (node.Sources.PushGate.TryPass(now, time.TimestampFrequency))
            return null;
        var problem = $"more than {ReportGate.PerSecond} reports a second";
        node.Sources.Push.Reject(problem, now);
        return OperatorResult.TooOften($"node {node} hands in {problem}", TimeSpan.FromSeconds(1));
    }

    private static OperatorResult NoNode(string cluster, string node) => OperatorResult.NotFound($"no node '{node}' in cluster '{cluster}'");

    private OperatorResult Wish(string cluster, string node, OperatorWish wish, string act)
    {
        if (registry.FindNode(cluster, node) is not { } found)
            return NoNode(cluster, node);
        found.Wish(wish);
        events.OperatorActed(act, found.Cluster, $"node {found}", found.Id);
        return OperatorResult.Ok;
    }

    private OperatorResult Move(Signature signature, string node, bool pin)
    {
        FlowMove? move = null;
        using (var flow = tables.Flows.Open(signature))
        {
            if (!flow.Exists)
                return OperatorResult.NotFound($"no flow {signature}");
            ref var entry = ref flow.Entry;
            if (registry.Resolve(entry.Primary) is not { } primary || registry.FindCluster(primary.Cluster) is not { } cluster)
                return OperatorResult.NotFound($"the node of flow {signature} is gone; it is placed anew with its next request");
            if (registry.FindNode(cluster.Id, node) is not { } to)
                return NoNode(cluster.Id, node);
            if (to != primary)
                move = engine.Move(signature, ref entry, cluster, to, MigrationReason.Operator, flow.Now);
            entry.Set(FlowFlags.Pinned, pin);
        }

        events.OperatorActed(pin ? "pin" : "move", move?.Cluster.Id ?? "", $"flow {signature} to {node}");
        if (move is { } moved)
            events.FlowMigrated(moved);
        return OperatorResult.Ok;
    }
}
