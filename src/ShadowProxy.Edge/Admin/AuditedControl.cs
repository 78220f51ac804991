using ShadowProxy.Signals;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>The control as one caller may use it: each action is written to the audit log, and refused where his role does not suffice. Thread-safe.</summary>
internal sealed class AuditedControl(IShadowingControl control, AdminCaller caller, ILogger logger) : IShadowingControl
{
    public long MigratedFlows => control.MigratedFlows;

    public long MigratedWhileHealthy => control.MigratedWhileHealthy;

    public long Flows => control.Flows;

    public IReadOnlyList<NodeStatus> GetNodes() => control.GetNodes();

    public FlowStatus? GetFlow(Signature signature) => control.GetFlow(signature);

    public IReadOnlyList<FlowMatch> FindFlows(FlowQuery query) => control.FindFlows(query);

    public IReadOnlyList<MigrationRecord> GetMigrations() => control.GetMigrations();

    public IReadOnlyList<MigrationRecord> GetMigrations(Signature signature) => control.GetMigrations(signature);

    public IReadOnlyList<EvacuationStatus> GetEvacuations() => control.GetEvacuations();

    public NodeSeries? GetSeries(string cluster, string node) => control.GetSeries(cluster, node);

    public IReadOnlyList<SettingStatus> GetSettings() => control.GetSettings();

    public IReadOnlyList<ShadowingEvent> GetEvents() => control.GetEvents();

    public IAsyncEnumerable<ShadowingNotice> ListenAsync(long? after, CancellationToken stop) => control.ListenAsync(after, stop);

    public OperatorResult Evacuate(string cluster, string node) => Act("evacuate", $"{cluster}/{node}", () => control.Evacuate(cluster, node));

    public OperatorResult Restore(string cluster, string node) => Act("restore", $"{cluster}/{node}", () => control.Restore(cluster, node));

    public OperatorResult FailBack(string cluster, string? node) =>
        Act("failback", node is null ? cluster : $"{cluster}/{node}", () => control.FailBack(cluster, node));

    public OperatorResult MuteForecasts(string cluster, string node, TimeSpan time) =>
        Act(time > TimeSpan.Zero ? $"mute {time:c}" : "unmute", $"{cluster}/{node}", () => control.MuteForecasts(cluster, node, time));

    public OperatorResult Pin(Signature signature, string node) => Act("pin", $"{signature} to {node}", () => control.Pin(signature, node));

    public OperatorResult Move(Signature signature, string node) => Act("move", $"{signature} to {node}", () => control.Move(signature, node));

    public OperatorResult Reject(Signature signature, bool reject) =>
        Act(reject ? "reject" : "forward", signature.ToString(), () => control.Reject(signature, reject));

    /// <summary>Not in the audit log: it says nothing of anybody's wish, and comes once a second.</summary>
    public OperatorResult Report(string cluster, string node, LoadReport report) =>
        caller.May(AdminRole.Report) ? control.Report(cluster, node, report) : Refused();

    public OperatorResult RejectReport(string cluster, string node, string problem) =>
        caller.May(AdminRole.Report) ? control.RejectReport(cluster, node, problem) : Refused();

    private OperatorResult Act(string action, string target, Func<OperatorResult> act)
    {
        var result = caller.May(AdminRole.Operate) ? act() : Refused();
        AdminLog.Action(logger, action, target, caller.Name, caller.Role, caller.Address, result.Done ? "done" : $"not done: {result.Error}");
        return result;
    }

    private OperatorResult Refused() => OperatorResult.NotPossible($"{caller.Name} may not");
}
