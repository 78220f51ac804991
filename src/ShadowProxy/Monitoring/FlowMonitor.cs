using ShadowProxy.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Watches all nodes, ten times a second, and decides which are to be evacuated: publishes for each node its health and the share of its
/// flows that it takes. One thread at a time calls <see cref="Tick()"/>; it waits for nothing.
/// </summary>
internal sealed class FlowMonitor(NodeRegistry registry, FlowTables tables, TimeProvider time, ShadowingEvents events)
{
    /// <summary>The time between two ticks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Baselines stay frozen this long after a node of the cluster last gave flows away: its peers have more to do.</summary>
    private const double FrozenAfterFallSeconds = 10;

    /// <summary>A tick that comes this long after the last shows that the proxy itself is held up.</summary>
    private static readonly TimeSpan StalledFrom = 5 * Interval;

    /// <summary>How long what was measured during a stall still shows: the time of two probes, and of the recent sums.</summary>
    private const double StallSeconds = 2.5;

    private readonly Dictionary<string, ClusterWatch> _clusters = new(StringComparer.OrdinalIgnoreCase);
    private double _lastSeconds = double.NaN;
    private double _stalledUntil = double.NegativeInfinity;

    /// <summary>The recent past of nodes, for who looks at it.</summary>
    public SeriesRecorder Series { get; } = new();

    /// <summary>How long the last tick took.</summary>
    public TimeSpan LastTickDuration { get; private set; }

    /// <summary>Looks at everything once.</summary>
    public void Tick()
    {
        var began = time.GetTimestamp();
        var seconds = tables.Clock.Seconds;
        var elapsed = double.IsNaN(_lastSeconds) ? Interval.TotalSeconds : seconds - _lastSeconds;
        if (elapsed <= 0)
            return;
        _lastSeconds = seconds;
        if (elapsed > StalledFrom.TotalSeconds)
            _stalledUntil = seconds + StallSeconds;
        var tick = new TickTime(seconds, elapsed, began, time.TimestampFrequency, time.GetUtcNow(), seconds < _stalledUntil);

        tables.Advance();
        foreach (var cluster in registry.Clusters)
        {
            if (!_clusters.TryGetValue(cluster.Id, out var watch) || watch.Cluster != cluster)
                _clusters[cluster.Id] = watch = new ClusterWatch(cluster);
            if (cluster.Settings.Mode != ShadowingMode.Off)
                Tick(watch, tick);
        }

        if (_clusters.Count > registry.ClusterCount)
            ForgetRemoved();
        Series.Sample(registry, seconds, tick.Now);
        LastTickDuration = time.GetElapsedTime(began);
    }

    private void Tick(ClusterWatch cluster, in TickTime tick)
    {
        if (cluster.Follow(tick.Seconds))
            events.ClusterWatched(cluster.Cluster);
        long requests = 0;
        double rate = 0;
        foreach (var watch in cluster.Watches)
        {
            watch.Observe(tick);
            requests += watch.NewOutcomes;
            rate += watch.Rate;
        }

        cluster.Cluster.RequestRate = rate;
        cluster.Cluster.Retries.Fill(requests, tick.Elapsed);
        cluster.Cluster.Hedges.Fill(requests, tick.Elapsed);
        cluster.Guard.Look(cluster.Watches);
        cluster.LookAtWords();
        cluster.Cluster.IsLoaded = cluster.IsLoaded;
        cluster.Judge.Compare(cluster.Watches);
        var frozen = cluster.Watches.Exists(w => w.State.State is NodeState.Evacuating);
        foreach (var watch in cluster.Watches)
            frozen |= tick.Seconds - watch.State.LastFall < FrozenAfterFallSeconds || watch.State.LacksRoom;
        cluster.LookForAnomalies(tick, frozen);

        cluster.Steps.Clear();
        for (var i = 0; i < cluster.Watches.Count; i++)
        {
            var watch = cluster.Watches[i];
            var verdict = cluster.Judge.Judge(watch, i, cluster.Cluster.Settings.Sensitivity, tick);
            if (watch.Node.ForecastsMutedUntil > tick.Seconds)
                verdict = verdict with { Risk = null };
            if (verdict is { Anomaly: null, Harm: null })
                verdict = verdict with { Anomaly = cluster.DegradedOf(watch) ?? cluster.AnomalyOf(watch) };
            cluster.Steps.Add((verdict, watch.State.Step(tick, verdict, watch.Node, cluster.Guard)));
            if (!frozen && (watch.State.State == NodeState.Healthy || (watch.State.State == NodeState.Suspect && !verdict.IsAgainst)))
                cluster.Judge.Teach(watch, i, tick.Elapsed);
            watch.LearnLimits(verdict.Harm is not null, tick.Seconds);
        }

        cluster.Guard.Offer();
        for (var i = 0; i < cluster.Watches.Count; i++)
        {
            var (watch, (verdict, change)) = (cluster.Watches[i], cluster.Steps[i]);
            watch.Publish(verdict, cluster.ShareOfNew(watch), tick);
            // Told once it is published: who hears of it looks at the node's health.
            if (change is { } changed)
                Tell(cluster, watch, changed, tick);
            if (watch.Lead.Step(change, watch.State.State, verdict, tick) is { } lead)
                events.LeadKnown(watch.Node, lead);
            var away = watch.State.SecondsAway(tick.Seconds, cluster.Guard);
            watch.Node.Stranded.Look(watch.State.IsDead, isAway: away is not null);
            watch.Node.Drain.Advance(away);
        }
    }

    private void Tell(ClusterWatch cluster, NodeWatch watch, StateChange change, in TickTime tick)
    {
        // A node that was away already and now is dead has changed, too.
        if (change.From != change.To || change.Reason == MigrationReason.Failed)
            events.NodeStateChanged(watch.Node, change);
        if (change.IsPanic && cluster.MayTellPanic(tick.Seconds))
            events.Panic(watch.Node, change);
    }

    private void ForgetRemoved()
    {
        foreach (var id in _clusters.Keys.Where(id => registry.FindCluster(id) is null).ToArray())
            _clusters.Remove(id);
    }
}
