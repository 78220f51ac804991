using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Telemetry;

/// <inheritdoc cref="IShadowingControl"/>
internal sealed class ShadowingControl(
    NodeRegistry registry, FlowTables tables, RedirectionEngine engine, ShadowingEvents events, TimeProvider time) : IShadowingControl
{
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
           select Describe(node),
    ];

    /// <inheritdoc/>
    public FlowStatus? GetFlow(Signature signature)
    {
        FlowEntry? flow = null;
        uint lastSeen = 0;
        using (var access = tables.Flows.Open(signature))
        {
            if (access.Exists)
                (flow, lastSeen) = (access.Entry, access.LastSeen);
        }

        ShadowEntry? shadow = null;
        using (var access = tables.Shadows.Open(signature))
        {
            if (access.Exists)
                shadow = access.Entry;
        }

        return flow is null && shadow is null ? null : Describe(signature, flow, shadow, lastSeen);
    }

    /// <inheritdoc/>
    public IReadOnlyList<MigrationRecord> GetMigrations() => events.Migrations;

    /// <inheritdoc/>
    public IReadOnlyList<ShadowingEvent> GetEvents() => events.Events;

    /// <inheritdoc/>
    public OperatorResult Evacuate(string cluster, string node) => Wish(cluster, node, OperatorWish.Evacuate, "evacuate");

    /// <inheritdoc/>
    public OperatorResult Restore(string cluster, string node) => Wish(cluster, node, OperatorWish.Restore, "restore");

    /// <inheritdoc/>
    public OperatorResult Report(string cluster, string node, LoadReport report)
    {
        if (registry.FindNode(cluster, node) is not { } found)
            return NoNode(cluster, node);
        found.Sources.Push.Report(report, time.GetTimestamp());
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

    private static OperatorResult NoNode(string cluster, string node) => OperatorResult.NotFound($"no node '{node}' in cluster '{cluster}'");

    private OperatorResult Wish(string cluster, string node, OperatorWish wish, string act)
    {
        if (registry.FindNode(cluster, node) is not { } found)
            return NoNode(cluster, node);
        found.Wish(wish);
        events.OperatorActed(act, found.Cluster, $"node {found}");
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

    private FlowStatus Describe(Signature signature, FlowEntry? flow, ShadowEntry? shadow, uint lastSeen)
    {
        var primary = flow is { } live ? registry.Resolve(live.Primary) : null;
        var home = shadow is { } remembered ? registry.Resolve(remembered.Home) : null;
        var last = shadow is { } history ? registry.Resolve(history.LastPrimary) : null;
        var entry = flow ?? default;
        return new FlowStatus
        {
            Signature = signature,
            Cluster = (primary ?? home ?? last)?.Cluster,
            Primary = primary?.Id,
            Home = home?.Id,
            LastPrimary = last?.Id,
            Shadows = shadow is { } entryOfShadow ? Describe(entryOfShadow.Shadows) : [],
            Action = (flow?.Action ?? shadow!.Value.Action).ToString(),
            Pinned = entry.Has(FlowFlags.Pinned),
            Hot = entry.Has(FlowFlags.Hot | FlowFlags.Shared),
            Requests = entry.Requests,
            RequestRate = entry.Rate,
            LatencyMs = entry.LatencyMs == 0 ? double.NaN : entry.LatencyMs,
            ErrorRate = entry.Errors,
            IdleSeconds = flow is null ? double.NaN : FlowClock.Span(tables.Clock.Now - lastSeen).TotalSeconds,
        };
    }

    private List<ShadowStatus> Describe(in ShadowList shadows)
    {
        var described = new List<ShadowStatus>(ShadowList.Capacity);
        for (var rank = 0; rank < ShadowList.Capacity; rank++)
        {
            if (registry.Resolve(shadows[rank]) is { } node)
                described.Add(new ShadowStatus(node.Id, Math.Round(shadows.Score(rank), 3)));
        }

        return described;
    }

    private NodeStatus Describe(Node node)
    {
        var health = node.Health;
        var inFlight = node.InFlight;
        var settings = node.Settings;
        var (now, frequency) = (time.GetTimestamp(), time.TimestampFrequency);
        return new NodeStatus
        {
            Cluster = node.Cluster,
            Node = node.Id,
            Address = node.Address,
            Weight = settings.Weight,
            Host = settings.Place.Host,
            Zone = settings.Place.Zone,
            Region = settings.Place.Region,
            State = health.State,
            Reason = health.Reason,
            Since = health.Since,
            Score = health.Score,
            Components = health.Components,
            AdmittedShare = health.AdmittedShare,
            AdmittedShareOfNew = health.AdmittedShareOfNew,
            InFlight = inFlight,
            Draining = health.AdmittedShare <= 0 ? inFlight : 0,
            SparedSeconds = Math.Max(0, node.SparedUntil - tables.Clock.Seconds),
            Flows = node.Flows,
            LatencyMs = health.LatencyMs,
            RequestRate = health.RequestRate,
            ErrorRate = health.ErrorRate,
            FailureProbability = health.Forecast.Probability,
            SecondsToSymptom = health.Forecast.SecondsToSymptom,
            Evidence = health.Evidence,
            Anomaly = health.Anomaly is { } anomaly ? AnomalyWatch.Tell(anomaly) : null,
            Network = node.Connections.Last is { } network
                ? new NetworkStatus(1000 * network.RoundTrip, 1000 * network.LeastRoundTrip, network.RetransmitRatio, network.Connections)
                : null,
            Sources = [.. node.Sources.All.Select(source => source.Describe(now, frequency)).OfType<SourceStatus>()],
            Contradictions = Contradictions.Of(node, health.Answers, now, frequency),
        };
    }
}
