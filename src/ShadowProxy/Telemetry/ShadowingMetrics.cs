using System.Diagnostics.Metrics;
using ShadowProxy.Configuration;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;

namespace ShadowProxy.Telemetry;

/// <summary>
/// What happened, counted: the meter <c>ShadowProxy</c>, of which <see cref="ShadowingGauges"/> is the other half. Tags are clusters, nodes,
/// reasons and outcomes, never flows or clients: the number of series does not grow with traffic. A count of
/// 0 only lets its series begin. Thread-safe.
/// </summary>
internal sealed class ShadowingMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "ShadowProxy";

    private static readonly MigrationReason[] Reasons = Enum.GetValues<MigrationReason>().Except([MigrationReason.None]).ToArray();
    private static readonly NodeState[] States = Enum.GetValues<NodeState>();
    private static readonly Outcome[] Errors = Enum.GetValues<Outcome>().Where(outcome => outcome.IsError()).ToArray();

    private static readonly InstrumentAdvice<double> LeadBuckets =
        new() { HistogramBucketBoundaries = [0, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800] };

    private static readonly InstrumentAdvice<double> TickBuckets =
        new() { HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1] };

    private readonly Meter _meter;
    private readonly Counter<long> _migrations;
    private readonly Histogram<double> _leads;
    private readonly Counter<long> _stateChanges;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _malformedReports;
    private readonly Counter<long> _panics;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _secondAttempts;
    private readonly Counter<long> _secondAttemptsEnded;
    private readonly Counter<long> _secondAttemptsRefused;
    private readonly Counter<long> _rejectedCookies;
    private readonly Histogram<double> _ticks;
    private readonly Counter<long> _monitorFailures;

    public ShadowingMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _migrations = _meter.CreateCounter<long>("shadowproxy.flow.migrations", "{migration}", "Flows that moved to another node.");
        _leads = _meter.CreateHistogram(
            "shadowproxy.migration.lead", "s",
            "Time from the beginning of an evacuation on a forecast to the node's first symptom, or to its recovery without one.", null, LeadBuckets);
        _stateChanges = _meter.CreateCounter<long>("shadowproxy.node.state_changes", "{change}", "Changes of a node's state.");
        _errors = _meter.CreateCounter<long>("shadowproxy.node.errors", "{error}", "Requests forwarded to a node that ended in an error of that node.");
        _malformedReports = _meter.CreateCounter<long>("shadowproxy.node.malformed_reports", "{report}", "Load reports that were ignored.");
        _panics = _meter.CreateCounter<long>("shadowproxy.cluster.panics", "{panic}", "Evacuations that the cluster could not bear.");
        _retries = _meter.CreateCounter<long>("shadowproxy.request.retries", "{request}", "Requests sent to a further node.");
        _secondAttempts = _meter.CreateCounter<long>(
            "shadowproxy.request.second_attempts", "{request}", "Requests copied to a second node while the first had not answered.");
        _secondAttemptsEnded = _meter.CreateCounter<long>("shadowproxy.request.second_attempts.ended", "{request}", "How these copies ended: won or lost.");
        _secondAttemptsRefused = _meter.CreateCounter<long>(
            "shadowproxy.request.second_attempts.refused", "{refusal}",
            "Copies that were not made: the cluster was loaded, the budget spent, or no node fit to ask.");
        _rejectedCookies = _meter.CreateCounter<long>(
            "shadowproxy.affinity.rejected_cookies", "{cookie}", "Affinity cookies that were ignored: not sealed with this key for this cluster, or changed.");
        _ticks = _meter.CreateHistogram("shadowproxy.monitor.tick.duration", "s", "How long the monitor's ticks took.", null, TickBuckets);
        _monitorFailures = _meter.CreateCounter<long>("shadowproxy.monitor.failures", "{failure}", "Ticks of the monitor that failed.");
    }

    /// <summary>
    /// Lets the counters of a cluster and its nodes begin at zero: of one that appears with its first event, rates would not show that event.
    /// </summary>
    public void Begin(ShadowCluster cluster)
    {
        var observed = cluster.Settings.Mode == ShadowingMode.Observe;
        _monitorFailures.Add(0);
        _panics.Add(0, new KeyValuePair<string, object?>(Tags.Cluster, cluster.Id));
        _rejectedCookies.Add(0, new KeyValuePair<string, object?>(Tags.Cluster, cluster.Id));
        foreach (var outcome in Errors)
            Retried(cluster.Id, outcome, count: 0);
        BeginSecondAttempts(cluster.Id);
        foreach (var node in cluster.Nodes)
        {
            _malformedReports.Add(0, new(Tags.Cluster, cluster.Id), new(Tags.Node, node.Id));
            foreach (var reason in Reasons)
                CountMigrations(0, cluster.Id, node.Id, reason, observed);
            foreach (var state in States)
                CountStateChanges(0, node, state);
            foreach (var outcome in Errors)
                CountErrors(0, node, outcome);
        }
    }

    /// <summary>Counts a migration.</summary>
    public void FlowMigrated(in FlowMove move, bool observed) => CountMigrations(1, move.Cluster.Id, move.From?.Id ?? "", move.Reason, observed);

    /// <summary>Counts a change of state.</summary>
    public void NodeStateChanged(Node node, StateChange change) => CountStateChanges(1, node, change.To);

    /// <summary>Takes in what came of an evacuation on a forecast.</summary>
    public void LeadKnown(string cluster, in Lead lead) => _leads.Record(
        lead.Seconds, new(Tags.Cluster, cluster), new(Tags.Symptom, lead.SymptomCame ? "came" : "none"));

    /// <summary>Counts an attempt that ended in an error of its node.</summary>
    public void AttemptFailed(Node node, Outcome outcome) => CountErrors(1, node, outcome);

    /// <summary>Counts a panic.</summary>
    public void Panic(string cluster) => _panics.Add(1, new KeyValuePair<string, object?>(Tags.Cluster, cluster));

    /// <summary>Counts a retry.</summary>
    public void Retried(string cluster, Outcome outcome, int count = 1) => _retries.Add(count, new(Tags.Cluster, cluster), new(Tags.Error, outcome.ToTag()));

    /// <summary>Counts a second attempt: a hedge, or a replay off a lost node.</summary>
    public void SecondAttempted(string cluster, bool isReplay, string reason, int count = 1) => _secondAttempts.Add(
        count, new(Tags.Cluster, cluster), new(Tags.Attempt, Kind(isReplay)), new(Tags.Reason, reason));

    /// <summary>Counts one that was not made.</summary>
    public void SecondAttemptRefused(string cluster, bool isReplay, string reason, int count = 1) => _secondAttemptsRefused.Add(
        count, new(Tags.Cluster, cluster), new(Tags.Attempt, Kind(isReplay)), new(Tags.Reason, reason));

    /// <summary>Counts its end.</summary>
    public void SecondAttemptEnded(string cluster, bool isReplay, bool won, int count = 1) => _secondAttemptsEnded.Add(
        count, new(Tags.Cluster, cluster), new(Tags.Attempt, Kind(isReplay)), new(Tags.Result, won ? "won" : "lost"));

    /// <summary>Counts a report that was ignored.</summary>
    public void MalformedReport(Node node) => _malformedReports.Add(1, new(Tags.Cluster, node.Cluster), new(Tags.Node, node.Id));

    /// <summary>Counts an affinity cookie that was ignored.</summary>
    public void AffinityCookieRejected(string cluster) => _rejectedCookies.Add(1, new KeyValuePair<string, object?>(Tags.Cluster, cluster));

    /// <summary>Takes in how long a tick of the monitor took.</summary>
    public void Ticked(TimeSpan duration) => _ticks.Record(duration.TotalSeconds);

    /// <summary>Counts a tick that failed.</summary>
    public void MonitorFailed() => _monitorFailures.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static string Kind(bool isReplay) => isReplay ? "replay" : "hedge";

    private void BeginSecondAttempts(string cluster)
    {
        SecondAttempted(cluster, isReplay: false, HedgeRule.Overdue, count: 0);
        SecondAttempted(cluster, isReplay: true, MigrationReason.Failed.ToTag(), count: 0);
        SecondAttemptRefused(cluster, isReplay: false, HedgeRule.Loaded, count: 0);
        foreach (var isReplay in (bool[])[false, true])
        {
            SecondAttemptRefused(cluster, isReplay, HedgeRule.Budget, count: 0);
            SecondAttemptRefused(cluster, isReplay, HedgeRule.NoNode, count: 0);
            SecondAttemptEnded(cluster, isReplay, won: true, count: 0);
            SecondAttemptEnded(cluster, isReplay, won: false, count: 0);
        }
    }

    private void CountMigrations(long count, string cluster, string node, MigrationReason reason, bool observed) => _migrations.Add(
        count, new(Tags.Cluster, cluster), new(Tags.Node, node), new(Tags.Reason, reason.ToTag()), new(Tags.Observed, observed));

    private void CountStateChanges(long count, Node node, NodeState state) => _stateChanges.Add(
        count, new(Tags.Cluster, node.Cluster), new(Tags.Node, node.Id), new(Tags.State, state.ToTag()));

    private void CountErrors(long count, Node node, Outcome outcome) => _errors.Add(
        count, new(Tags.Cluster, node.Cluster), new(Tags.Node, node.Id), new(Tags.Error, outcome.ToTag()));
}
