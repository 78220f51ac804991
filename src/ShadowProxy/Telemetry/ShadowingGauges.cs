using System.Diagnostics.Metrics;
using ShadowProxy.Forwarding;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Tables;

namespace ShadowProxy.Telemetry;

/// <summary>
/// What is, and what others count: asked for at each collection, so that it costs requests nothing. Gauges of shares and scores have no unit:
/// of unit <c>1</c>, one exporter makes a ratio in the name and another does not. Thread-safe.
/// </summary>
internal sealed class ShadowingGauges : IDisposable
{
    private readonly Meter _meter;
    private readonly NodeRegistry _nodes;
    private ThreadCpuTime? _monitorCpu;

    public ShadowingGauges(IMeterFactory factory, NodeRegistry nodes, FlowTables tables, RecordedBodies bodies)
    {
        _nodes = nodes;
        _meter = factory.Create(ShadowingMetrics.MeterName);
        AddNodes();
        AddSources();
        AddTables(tables);
        _meter.CreateObservableUpDownCounter(
            "shadowproxy.recorded_bodies.usage", () => bodies.Held, "By",
            "Memory that holds bodies of requests which may be sent again.");
        _meter.CreateObservableUpDownCounter(
            "shadowproxy.recorded_bodies.limit", () => bodies.Limit, "By",
            "The most that it may be; longer bodies are forwarded and not kept.");
        _meter.CreateObservableCounter("shadowproxy.monitor.cpu.time", ObserveMonitorCpu, "s", "CPU time that the monitor's thread took; on Linux only.");
    }

    /// <summary>The CPU time of the monitor's thread; null where the system does not tell, or it does not run.</summary>
    public ThreadCpuTime? MonitorCpu
    {
        get => Volatile.Read(ref _monitorCpu);
        set => Volatile.Write(ref _monitorCpu, value);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void AddNodes()
    {
        _meter.CreateObservableGauge(
            "shadowproxy.node.state", () => Observe(n => (long)n.Health.State), null,
            "0 healthy, 1 suspect, 2 evacuating, 3 evacuated, 4 probation.");
        _meter.CreateObservableGauge("shadowproxy.node.score", () => Observe(n => n.Health.Score), null, "A node's health, 0 to 1.");
        _meter.CreateObservableGauge("shadowproxy.node.score.taken", ObserveTaken, null, "What a component takes from a node's score, 0 to 1.");
        _meter.CreateObservableGauge(
            "shadowproxy.node.admitted_share", () => Observe(n => n.Health.AdmittedShare), null,
            "The part of its flows that a node takes.");
        _meter.CreateObservableGauge(
            "shadowproxy.node.failure_probability", () => Observe(n => n.Health.Forecast.Probability), null,
            "The probability that a node fails or degrades within the horizon.");
        _meter.CreateObservableGauge(
            "shadowproxy.node.anomaly.score", () => ObserveKnown(n => n.Health.Anomaly?.Score), null,
            "How unusual a node looks by all its signals, in standard deviations.");
        _meter.CreateObservableGauge(
            "shadowproxy.node.anomaly.threshold", () => ObserveKnown(n => n.Health.Anomaly?.Threshold), null,
            "The anomaly score from which on a node is suspect; NaN while its normal is being learned.");
        _meter.CreateObservableUpDownCounter("shadowproxy.node.flows", () => Observe(n => n.Flows), "{flow}", "Flows whose primary a node is.");
        _meter.CreateObservableCounter(
            "shadowproxy.node.requests", () => Observe(n => n.Requests), "{request}",
            "Requests forwarded to a node, each attempt counted.");
        _meter.CreateObservableUpDownCounter(
            "shadowproxy.node.requests_in_flight", () => Observe(n => (long)n.InFlight), "{request}", "Requests forwarded to a node and not yet ended.");
        _meter.CreateObservableGauge(
            "shadowproxy.node.latency", () => ObserveKnown(n => Known(n.Health.LatencyMs / 1000)), "s", "A node's recent mean time to response headers.");
    }

    private void AddSources()
    {
        _meter.CreateObservableCounter(
            "shadowproxy.source.readings", () => ObserveSources(s => s.Heard), "{reading}",
            "Reports and words of a node's state that were taken in, by source.");
        _meter.CreateObservableCounter(
            "shadowproxy.source.rejected_readings", () => ObserveSources(s => s.Rejected), "{reading}",
            "Reports and words of a node's state that made no sense, by source.");
        _meter.CreateObservableGauge(
            "shadowproxy.node.network.round_trip_time", () => ObserveKnown(n => Known(n.Connections.Last?.RoundTrip ?? double.NaN)), "s",
            "The median round-trip time of some of the connections to a node.");
        _meter.CreateObservableCounter(
            "shadowproxy.node.network.retransmits", () => ObserveKnown(n => n.Connections.Last is null ? null : (long?)n.Connections.Retransmits), "{segment}",
            "Segments sent again on some of the connections to a node.");
    }

    private void AddTables(FlowTables tables)
    {
        _meter.CreateObservableUpDownCounter("shadowproxy.table.flows", () => tables.Flows.Count, "{flow}", "Flows in the Signature Table.");
        _meter.CreateObservableUpDownCounter(
            "shadowproxy.table.shadows", () => tables.Shadows.Count, "{flow}",
            "Flows in the Shadow Table, ended ones included.");
        _meter.CreateObservableUpDownCounter("shadowproxy.table.capacity", () => (long)tables.Capacity, "{flow}", "Flows that each table holds at most.");
        _meter.CreateObservableCounter(
            "shadowproxy.table.lookups", () => ObserveLookups(tables), "{lookup}",
            "Requests that looked for their flow in the Signature Table, and those new there for their past in the Shadow Table.");
        _meter.CreateObservableCounter("shadowproxy.table.expirations", () => tables.Expired, "{flow}", "Flows that ended.");
        _meter.CreateObservableCounter(
            "shadowproxy.table.evictions", () => tables.Evicted, "{flow}",
            "Flows given up for others because the tables were full.");
        _meter.CreateObservableCounter(
            "shadowproxy.table.refusals", () => tables.Refused, "{flow}",
            "Flows served from their computed placement because the tables were full.");
    }

    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    private static IEnumerable<Measurement<long>> ObserveLookups(FlowTables tables)
    {
        foreach (var (table, (hits, misses)) in new[] { ("signature", tables.Flows.Lookups), ("shadow", tables.Shadows.Lookups) })
        {
            yield return new(hits, new(Tags.Table, table), new(Tags.Result, "hit"));
            yield return new(misses, new(Tags.Table, table), new(Tags.Result, "miss"));
        }
    }

    private IEnumerable<Measurement<double>> ObserveMonitorCpu() => MonitorCpu?.Read() is { } used ? [new(used.TotalSeconds)] : [];

    /// <summary>Those that have spoken: of the others there is nothing to count.</summary>
    private IEnumerable<Measurement<long>> ObserveSources(Func<SourceReadings, long> value) =>
        from node in Nodes
        from source in node.Sources.All
        where source.Heard + source.Rejected > 0
        select new Measurement<long>(value(source), new(Tags.Cluster, node.Cluster), new(Tags.Node, node.Id), new(Tags.Source, source.Kind.Name()));

    private IEnumerable<Measurement<double>> ObserveTaken() =>
        from node in Nodes
        from component in node.Health.Components
        select new Measurement<double>(component.Taken, new(Tags.Cluster, node.Cluster), new(Tags.Node, node.Id), new(Tags.Component, component.Name));

    private IEnumerable<Measurement<T>> Observe<T>(Func<Node, T> value) where T : struct =>
        from node in Nodes
        select new Measurement<T>(value(node), new(Tags.Cluster, node.Cluster), new(Tags.Node, node.Id));

    /// <summary>A value of the nodes of which it is known.</summary>
    private IEnumerable<Measurement<T>> ObserveKnown<T>(Func<Node, T?> value) where T : struct =>
        from node in Nodes
        let known = value(node)
        where known is not null
        select new Measurement<T>(known.Value, new(Tags.Cluster, node.Cluster), new(Tags.Node, node.Id));

    private IEnumerable<Node> Nodes => _nodes.Clusters.SelectMany(cluster => cluster.Nodes);
}
