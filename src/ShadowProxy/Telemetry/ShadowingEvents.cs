using Microsoft.Extensions.Logging;
using ShadowProxy.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signatures;

namespace ShadowProxy.Telemetry;

/// <summary>
/// Tells what the proxy decided: to the log, to metrics and traces, and to a bounded history. Thread-safe. Of flow migrations at most a
/// hundred a second are logged one by one; all are counted.
/// </summary>
internal sealed class ShadowingEvents(TimeProvider time, ShadowingMetrics metrics, ILogger<ShadowingEvents> logger)
{
    private const int LoggedPerSecond = 100;

    /// <summary>How many ids a millisecond has, so that those of a later run are higher. Milliseconds since 1970 and these are 51 bits: exact in any JSON reader.</summary>
    private const int IdBitsPerMillisecond = 10;

    private readonly NoticeBoard _board = new(time.GetUtcNow().ToUnixTimeMilliseconds() << IdBitsPerMillisecond);
    private long _migrated;
    private long _migratedWhileHealthy;
    private long _second;
    private int _inSecond;

    /// <summary>Raised on the monitor's thread after a node changed its state.</summary>
    public event Action<Node>? StateChanged;

    /// <summary>The last flow migrations, newest first.</summary>
    public IReadOnlyList<MigrationRecord> Migrations => _board.Migrations;

    /// <summary>The last events, newest first.</summary>
    public IReadOnlyList<ShadowingEvent> Events => _board.Events;

    /// <inheritdoc cref="NoticeBoard.MigrationsOf"/>
    public IReadOnlyList<MigrationRecord> MigrationsOf(Signature signature) => _board.MigrationsOf(signature);

    /// <inheritdoc cref="NoticeBoard.ListenAsync"/>
    public IAsyncEnumerable<ShadowingNotice> ListenAsync(long? after, CancellationToken stop) => _board.ListenAsync(after, stop);

    /// <summary>Flows moved since the start.</summary>
    public long Migrated => Volatile.Read(ref _migrated);

    /// <summary>Of these, how many left a node that nothing spoke against.</summary>
    public long MigratedWhileHealthy => Volatile.Read(ref _migratedWhileHealthy);

    /// <summary>A flow moved, or would have.</summary>
    public void FlowMigrated(in FlowMove move)
    {
        var observed = move.Cluster.Settings.Mode == ShadowingMode.Observe;
        var health = move.From?.Health;
        var evidence = move.Reason switch
        {
            MigrationReason.FlowIssue => "the flow fares worse there than others do",
            MigrationReason.FailedBack => "its home is well again",
            MigrationReason.Operator => "an operator asked for it",
            _ => health is null ? "the node left the configuration" : health.EvidenceText,
        };
        var record = new MigrationRecord(
            time.GetUtcNow(), move.Cluster.Id, move.Signature, move.From?.Id ?? "", move.To.Id, move.Reason, evidence, observed);
        using var span = DecisionSpan.Start(move, evidence, observed);
        _board.Add(record);
        if (health is { State: NodeState.Evacuating or NodeState.Evacuated or NodeState.Probation }
            && move.Reason is not (MigrationReason.FlowIssue or MigrationReason.FailedBack))
            move.From!.Departures.Add(move.To.Id);
        metrics.FlowMigrated(move, observed);
        if (!observed)
        {
            Interlocked.Increment(ref _migrated);
            if (health is { State: NodeState.Healthy } && move.Reason is not (MigrationReason.Operator or MigrationReason.Drained))
                Interlocked.Increment(ref _migratedWhileHealthy);
        }

        Log(record);
    }

    /// <summary>A node changed its state.</summary>
    public void NodeStateChanged(Node node, StateChange change)
    {
        using var span = DecisionSpan.Start(node, change);
        node.Decision = span;
        if (change is { From: NodeState.Healthy or NodeState.Suspect, To: NodeState.Evacuating or NodeState.Evacuated })
            node.Departures.Begin(time.GetUtcNow());
        _board.Add(new ShadowingEvent(
            time.GetUtcNow(), "shadowproxy.node.state_changed", node.Cluster, node.Id, change.From.ToString(), change.To.ToString(), change.Reason,
            change.Evidence, change.Text));
        metrics.NodeStateChanged(node, change);
        ShadowingLog.NodeStateChanged(logger, node.Cluster, node.Id, change.From.ToString(), change.To.ToString(), change.Reason.ToTag(), change.Text);
        StateChanged?.Invoke(node);
    }

    /// <summary>A cluster is watched, or has other nodes than before.</summary>
    public void ClusterWatched(ShadowCluster cluster) => metrics.Begin(cluster);

    /// <summary>It is known what came of a node's evacuation on a forecast.</summary>
    public void LeadKnown(Node node, in Lead lead)
    {
        metrics.LeadKnown(node.Cluster, lead);
        if (lead.SymptomCame)
            ShadowingLog.SymptomCame(logger, node.Cluster, node.Id, lead.Seconds);
        else
            ShadowingLog.NoSymptomCame(logger, node.Cluster, node.Id, lead.Seconds);
    }

    /// <summary>A node should go, and the cluster cannot bear it.</summary>
    public void Panic(Node node, StateChange change)
    {
        _board.Add(new ShadowingEvent(
            time.GetUtcNow(), "shadowproxy.cluster.panic", node.Cluster, node.Id, null, null, change.Reason, change.Evidence,
            $"{node.Id} should be evacuated, but the cluster cannot bear it: {change.Text}"));
        metrics.Panic(node.Cluster);
        ShadowingLog.Panic(logger, node.Cluster, node.Id, change.Text);
    }

    /// <summary>A flow carries more than one node should.</summary>
    public void FlowBecameHot(ShadowCluster cluster, in Signature signature)
    {
        _board.Add(new ShadowingEvent(
            time.GetUtcNow(), "shadowproxy.flow.hot", cluster.Id, null, null, null, MigrationReason.None, [],
            $"flow {signature} makes over half of a node's fair share of requests, and is spread over all nodes"));
        ShadowingLog.FlowHot(logger, signature.ToString(), cluster.Id);
    }

    /// <summary>An operator did something.</summary>
    public void OperatorActed(string act, string cluster, string target, string? node = null)
    {
        _board.Add(new ShadowingEvent(
            time.GetUtcNow(), "shadowproxy.operator", cluster, node, null, null, MigrationReason.Operator, [], $"operator: {act} {target}"));
        ShadowingLog.Operator(logger, act, target);
    }

    private void Log(MigrationRecord record)
    {
        var second = record.Time.ToUnixTimeSeconds();
        var before = Interlocked.Exchange(ref _second, second);
        if (before != second)
        {
            var more = Interlocked.Exchange(ref _inSecond, 0) - LoggedPerSecond;
            if (more > 0)
                ShadowingLog.FlowsMigratedMore(logger, more);
        }

        if (Interlocked.Increment(ref _inSecond) > LoggedPerSecond || !logger.IsEnabled(LogLevel.Information))
            return;
        var signature = record.Signature.ToString();
        if (record.Observed)
            ShadowingLog.FlowWouldMigrate(logger, signature, record.Cluster, record.From, record.To, record.Reason.ToTag(), record.Evidence);
        else
            ShadowingLog.FlowMigrated(logger, signature, record.Cluster, record.From, record.To, record.Reason.ToTag(), record.Evidence);
    }
}
