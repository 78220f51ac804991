using System.Diagnostics.Metrics;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Tables;

namespace ShadowProxy.Telemetry;

/// <summary>
/// The meter <c>ShadowProxy</c>. Tags are clusters, nodes, reasons and outcomes, never flows or clients: the number of series does not grow
/// with traffic. Thread-safe.
/// </summary>
internal sealed class ShadowingMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "ShadowProxy";

    private readonly Meter _meter;
    private readonly NodeRegistry _nodes;
    private readonly Counter<long> _migrations;
    private readonly Counter<long> _stateChanges;
    private readonly Counter<long> _panics;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _secondAttempts;
    private readonly Counter<long> _secondAttemptsEnded;
    private readonly Counter<long> _secondAttemptsRefused;
    private readonly Counter<long> _malformedReports;
    private readonly Counter<long> _rejectedCookies;

    public ShadowingMetrics(IMeterFactory factory, NodeRegistry nodes)
    {
        _nodes = nodes;
        _meter = factory.Create(MeterName);
        _migrations = _meter.CreateCounter<long>("shadowproxy.flow.migrations", "{migration}", "Flows that moved to another node.");
        _stateChanges = _meter.CreateCounter<long>("shadowproxy.node.state_changes", "{change}", "Changes of a node's state.");
        _panics = _meter.CreateCounter<long>("shadowproxy.cluster.panics", "{panic}", "Evacuations that the cluster could not bear.");
        _retries = _meter.CreateCounter<long>("shadowproxy.request.retries", "{request}", "Requests sent to a further node.");
        _secondAttempts = _meter.CreateCounter<long>("shadowproxy.request.second_attempts", "{request}", "Requests copied to a second node while the first had not answered.");
        _secondAttemptsEnded = _meter.CreateCounter<long>("shadowproxy.request.second_attempts.ended", "{request}", "How these copies ended: won or lost.");
        _secondAttemptsRefused = _meter.CreateCounter<long>(
            "shadowproxy.request.second_attempts.refused", "{refusal}", "Copies that were not made: the cluster was loaded, the budget spent, or no node fit to ask.");
        _malformedReports = _meter.CreateCounter<long>("shadowproxy.node.malformed_reports", "{report}", "Load reports that were ignored.");
        _rejectedCookies = _meter.CreateCounter<long>(
            "shadowproxy.affinity.rejected_cookies", "{cookie}", "Affinity cookies that were ignored: not sealed with this key for this cluster, or changed.");
        _meter.CreateObservableGauge("shadowproxy.node.score", () => Observe(n => n.Health.Score), null, "A node's health, 0 to 1.");
        _meter.CreateObservableGauge("shadowproxy.node.admitted_share", () => Observe(n => n.Health.AdmittedShare), null, "The part of its flows that a node takes.");
        _meter.CreateObservableGauge("shadowproxy.node.failure_probability", () => Observe(n => n.Health.Forecast.Probability), null, "The probability that a node fails or degrades within the horizon.");
        _meter.CreateObservableGauge("shadowproxy.node.state", () => Observe(n => (double)n.Health.State), null, "0 healthy, 1 suspect, 2 evacuating, 3 evacuated, 4 probation.");
        _meter.CreateObservableUpDownCounter("shadowproxy.node.flows", () => Observe(n => n.Flows), "{flow}", "Flows whose primary a node is.");
        _meter.CreateObservableCounter("shadowproxy.node.requests", () => Observe(n => n.Requests), "{request}", "Requests forwarded to a node.");
        _meter.CreateObservableCounter("shadowproxy.source.readings", () => ObserveSources(s => s.Heard), "{reading}", "Reports and words of a node's state that were taken in, by source.");
        _meter.CreateObservableCounter("shadowproxy.source.rejected_readings", () => ObserveSources(s => s.Rejected), "{reading}", "Reports and words of a node's state that made no sense, by source.");
        _meter.CreateObservableGauge(
            "shadowproxy.node.network.round_trip_time", () => ObserveNetwork(n => n.Connections.Last?.RoundTrip), "s", "The median round-trip time of some of the connections to a node.");
        _meter.CreateObservableCounter(
            "shadowproxy.node.network.retransmits", () => ObserveNetwork(n => n.Connections.Last is null ? null : (long?)n.Connections.Retransmits), "{segment}", "Segments sent again on some of the connections to a node.");
        _meter.CreateObservableGauge("shadowproxy.node.latency", () => Observe(n => n.Health.LatencyMs / 1000), "s", "A node's recent mean time to response headers.");
        _meter.CreateObservableUpDownCounter("shadowproxy.node.requests_in_flight", () => Observe(n => (long)n.InFlight), "{request}", "Requests forwarded to a node and not yet ended.");
    }

    /// <summary>Adds what the tables and the monitor know; called once, when they exist.</summary>
    public void Watch(FlowTables tables, FlowMonitor monitor)
    {
        _meter.CreateObservableUpDownCounter("shadowproxy.table.flows", () => tables.Flows.Count, "{flow}", "Flows in the Signature Table.");
        _meter.CreateObservableUpDownCounter("shadowproxy.table.shadows", () => tables.Shadows.Count, "{flow}", "Flows in the Shadow Table, ended ones included.");
        _meter.CreateObservableCounter("shadowproxy.table.expirations", () => tables.Expired, "{flow}", "Flows that ended.");
        _meter.CreateObservableCounter("shadowproxy.table.evictions", () => tables.Evicted, "{flow}", "Flows given up for others because the tables were full.");
        _meter.CreateObservableCounter("shadowproxy.table.refusals", () => tables.Refused, "{flow}", "Flows served from their computed placement because the tables were full.");
        _meter.CreateObservableGauge("shadowproxy.monitor.tick.duration", () => monitor.LastTickDuration.TotalSeconds, "s", "How long the monitor's last tick took.");
    }

    /// <summary>Counts a migration.</summary>
    public void FlowMigrated(in FlowMove move, bool observed) => _migrations.Add(
        1, new("shadowproxy.cluster", move.Cluster.Id), new("shadowproxy.node", move.From?.Id ?? ""), new("shadowproxy.reason", move.Reason.ToTag()),
        new("shadowproxy.observed", observed));

    /// <summary>Counts a change of state.</summary>
    public void NodeStateChanged(Node node, StateChange change) => _stateChanges.Add(
        1, new("shadowproxy.cluster", node.Cluster), new("shadowproxy.node", node.Id), new("shadowproxy.state", change.To.ToString()));

    /// <summary>Counts a panic.</summary>
    public void Panic(string cluster) => _panics.Add(1, new KeyValuePair<string, object?>("shadowproxy.cluster", cluster));

    /// <summary>Counts a retry.</summary>
    public void Retried(string cluster, Outcome outcome) => _retries.Add(
        1, new("shadowproxy.cluster", cluster), new("error.type", outcome.ToTag()));

    /// <summary>Counts a second attempt: a hedge, or a replay off a lost node.</summary>
    public void SecondAttempted(string cluster, bool isReplay, string reason) => _secondAttempts.Add(
        1, new("shadowproxy.cluster", cluster), new("shadowproxy.attempt", Kind(isReplay)), new("shadowproxy.reason", reason));

    /// <summary>Counts one that was not made.</summary>
    public void SecondAttemptRefused(string cluster, bool isReplay, string reason) => _secondAttemptsRefused.Add(
        1, new("shadowproxy.cluster", cluster), new("shadowproxy.attempt", Kind(isReplay)), new("shadowproxy.reason", reason));

    /// <summary>Counts its end.</summary>
    public void SecondAttemptEnded(string cluster, bool isReplay, bool won) => _secondAttemptsEnded.Add(
        1, new("shadowproxy.cluster", cluster), new("shadowproxy.attempt", Kind(isReplay)), new("shadowproxy.result", won ? "won" : "lost"));

    /// <summary>Counts a report that was ignored.</summary>
    public void MalformedReport(Node node) => _malformedReports.Add(
        1, new KeyValuePair<string, object?>("shadowproxy.cluster", node.Cluster), new KeyValuePair<string, object?>("shadowproxy.node", node.Id));

    /// <summary>Counts an affinity cookie that was ignored.</summary>
    public void AffinityCookieRejected(string cluster) => _rejectedCookies.Add(1, new KeyValuePair<string, object?>("shadowproxy.cluster", cluster));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static string Kind(bool isReplay) => isReplay ? "replay" : "hedge";

    /// <summary>Those that have spoken: of the others there is nothing to count.</summary>
    private IEnumerable<Measurement<long>> ObserveSources(Func<SourceReadings, long> value) =>
        from cluster in _nodes.Clusters
        from node in cluster.Nodes
        from source in node.Sources.All
        where source.Heard + source.Rejected > 0
        select new Measurement<long>(
            value(source), new("shadowproxy.cluster", node.Cluster), new("shadowproxy.node", node.Id), new("shadowproxy.source", source.Kind.Name()));

    /// <summary>Of nodes without a connection there is nothing to tell.</summary>
    private IEnumerable<Measurement<T>> ObserveNetwork<T>(Func<Node, T?> value) where T : struct =>
        from cluster in _nodes.Clusters
        from node in cluster.Nodes
        let measured = value(node)
        where measured is not null and not double.NaN
        select new Measurement<T>(measured.Value, new("shadowproxy.cluster", node.Cluster), new("shadowproxy.node", node.Id));

    private IEnumerable<Measurement<T>> Observe<T>(Func<Node, T> value) where T : struct =>
        from cluster in _nodes.Clusters
        from node in cluster.Nodes
        select new Measurement<T>(value(node), new("shadowproxy.cluster", node.Cluster), new("shadowproxy.node", node.Id));
}
