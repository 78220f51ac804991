using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;

namespace ShadowProxy.Telemetry;

/// <summary>Writes down how nodes, flows and evacuations stand. Thread-safe.</summary>
internal sealed class StatusReader(NodeRegistry registry, FlowTables tables, TimeProvider time)
{
    /// <summary>A flow, or null where neither table knows it.</summary>
    public FlowStatus? Read(Signature signature)
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

    /// <summary>The evacuation of a node; null where there is none.</summary>
    public EvacuationStatus? ReadEvacuation(Node node)
    {
        var health = node.Health;
        if (health.State is not (NodeState.Evacuating or NodeState.Evacuated or NodeState.Probation))
            return null;
        var (since, targets) = node.Departures.Read();
        return new EvacuationStatus
        {
            Cluster = node.Cluster,
            Node = node.Id,
            State = health.State,
            Reason = health.Reason,
            Since = since,
            AdmittedShare = health.AdmittedShare,
            FlowsMoved = targets.Values.Sum(),
            FlowsLeft = node.Flows,
            Targets = targets,
            Observed = registry.FindCluster(node.Cluster)?.Settings.Mode == ShadowingMode.Observe,
        };
    }

    /// <summary>A node.</summary>
    public NodeStatus Read(Node node)
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
            Forecast = health.Forecast.Signal.Length > 0 ? health.Forecast : null,
            ForecastsMutedSeconds = Math.Max(0, node.ForecastsMutedUntil - tables.Clock.Seconds),
            Evidence = health.Evidence,
            Anomaly = health.Anomaly is { } anomaly ? AnomalyWatch.Tell(anomaly) : null,
            Network = node.Connections.Last is { } network
                ? new NetworkStatus(1000 * network.RoundTrip, 1000 * network.LeastRoundTrip, network.RetransmitRatio, network.Connections)
                : null,
            Sources = [.. node.Sources.All.Select(source => source.Describe(now, frequency)).OfType<SourceStatus>()],
            Contradictions = Contradictions.Of(node, health.Answers, now, frequency),
        };
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
}
