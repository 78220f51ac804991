using Microsoft.Extensions.Logging;

namespace ShadowProxy.Telemetry;

/// <summary>The log records of what the proxy decides; their EventNames are part of its interface.</summary>
internal static partial class ShadowingLog
{
    [LoggerMessage(1, LogLevel.Information, "Flow {Signature} of {Cluster} moved from {From} to {To} ({Reason}): {Evidence}", EventName = "shadowproxy.flow.migrated")]
    public static partial void FlowMigrated(ILogger logger, string signature, string cluster, string from, string to, string reason, string evidence);

    [LoggerMessage(2, LogLevel.Information, "Flow {Signature} of {Cluster} would have moved from {From} to {To} ({Reason}): {Evidence}", EventName = "shadowproxy.flow.would_migrate")]
    public static partial void FlowWouldMigrate(ILogger logger, string signature, string cluster, string from, string to, string reason, string evidence);

    [LoggerMessage(3, LogLevel.Warning, "Node {Node} of {Cluster}: {From} → {To} ({Reason}): {Evidence}", EventName = "shadowproxy.node.state_changed")]
    public static partial void NodeStateChanged(ILogger logger, string cluster, string node, string from, string to, string reason, string evidence);

    [LoggerMessage(4, LogLevel.Error, "Node {Node} of {Cluster} should be evacuated, but the cluster cannot bear it and keeps its flows there: {Evidence}", EventName = "shadowproxy.cluster.panic")]
    public static partial void Panic(ILogger logger, string cluster, string node, string evidence);

    [LoggerMessage(5, LogLevel.Warning, "Flow {Signature} of {Cluster} makes over half of a node's fair share of requests, and is spread over all nodes", EventName = "shadowproxy.flow.hot")]
    public static partial void FlowHot(ILogger logger, string signature, string cluster);

    [LoggerMessage(6, LogLevel.Information, "Operator: {Act} {Target}", EventName = "shadowproxy.operator")]
    public static partial void Operator(ILogger logger, string act, string target);

    [LoggerMessage(7, LogLevel.Information, "{Count} more flows moved in the last second, which are counted and not logged one by one", EventName = "shadowproxy.flow.migrated_more")]
    public static partial void FlowsMigratedMore(ILogger logger, long count);

    [LoggerMessage(8, LogLevel.Error, "The Flow Monitor's tick failed; it goes on with the next", EventName = "shadowproxy.monitor.failed")]
    public static partial void MonitorFailed(ILogger logger, Exception exception);

    [LoggerMessage(9, LogLevel.Debug, "Node {Node} of {Cluster} sent a load report that is ignored: {Problem}", EventName = "shadowproxy.report.malformed")]
    public static partial void MalformedReport(ILogger logger, string cluster, string node, string problem);

    [LoggerMessage(10, LogLevel.Error, "A request of {Cluster} could not be sent to a second node; it still has its first", EventName = "shadowproxy.request.second_attempt_failed")]
    public static partial void SecondAttemptFailed(ILogger logger, string cluster, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "Node {Node} of {Cluster} cannot be heard by {Source}, which is tried again and told no more until it changes: {Problem}", EventName = "shadowproxy.source.failed")]
    public static partial void SourceFailed(ILogger logger, string cluster, string node, string source, string problem);

    [LoggerMessage(12, LogLevel.Debug, "Node {Node} of {Cluster} said by {Source} what is ignored: {Problem}", EventName = "shadowproxy.source.rejected")]
    public static partial void SourceRejected(ILogger logger, string cluster, string node, string source, string problem);

    [LoggerMessage(13, LogLevel.Information, "Node {Node} of {Cluster} shows its first symptom {Seconds:0.0} s after its flows began to leave on a forecast", EventName = "shadowproxy.node.symptom_came")]
    public static partial void SymptomCame(ILogger logger, string cluster, string node, double seconds);

    [LoggerMessage(14, LogLevel.Information, "Node {Node} of {Cluster} is well again {Seconds:0.0} s after its flows began to leave on a forecast, and showed no symptom", EventName = "shadowproxy.node.symptom_averted")]
    public static partial void NoSymptomCame(ILogger logger, string cluster, string node, double seconds);

    [LoggerMessage(20, LogLevel.Information, "{Flows} flows are back from {Path}, saved {Age} ago", EventName = "shadowproxy.state.restored")]
    public static partial void StateRestored(ILogger logger, int flows, string path, TimeSpan age);

    [LoggerMessage(21, LogLevel.Warning, "{Path} cannot be used: {Problem}. It is set aside as {Aside}; {Flows} flows are back from it, all others are placed anew", EventName = "shadowproxy.state.set_aside")]
    public static partial void StateSetAside(ILogger logger, string path, string problem, string aside, int flows);

    [LoggerMessage(22, LogLevel.Error, "Saving the flows, or reading saved ones, failed; they stay in memory, requests go on, and the next attempt follows", EventName = "shadowproxy.state.failed")]
    public static partial void StateFailed(ILogger logger, Exception exception);

    [LoggerMessage(23, LogLevel.Information, "No StateDirectory is configured: flows are held in memory only, and are placed anew at a restart.", EventName = "shadowproxy.state.none")]
    public static partial void NoState(ILogger logger);

    [LoggerMessage(40, LogLevel.Error, "The reloaded configuration is not used, the last good one stays in force: {Error}", EventName = "shadowproxy.configuration.refused")]
    public static partial void ConfigurationRefused(ILogger logger, string error);

    [LoggerMessage(41, LogLevel.Warning, "Shadowing:{Option} has changed; the change takes effect at the next start.", EventName = "shadowproxy.configuration.deferred")]
    public static partial void ConfigurationDeferred(ILogger logger, string option);

    [LoggerMessage(42, LogLevel.Information, "No SignatureKey and no StateDirectory is configured: flows get new signatures at a restart.", EventName = "shadowproxy.key.generated")]
    public static partial void KeyGenerated(ILogger logger);
}
