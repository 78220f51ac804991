using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Signals;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>A control that knows one node and one flow, and writes down what operators ask of it.</summary>
internal sealed class FakeControl : IShadowingControl
{
    public static readonly Signature Flow = new(1, 2);

    public List<string> Asked { get; } = [];

    public NoticeBoard Notices { get; } = new(before: 0);

    public long MigratedFlows => 1;

    public long MigratedWhileHealthy => 0;

    public long Flows => 1;

    public IReadOnlyList<NodeStatus> GetNodes() =>
    [
        new()
        {
            Cluster = "all", Node = "node0", Address = "http://127.0.0.1:1", State = NodeState.Evacuating, Reason = MigrationReason.FlowIssue, Score = 0.5,
            AdmittedShare = 0.25, InFlight = 7, Draining = 5, Components = [new("cpu", double.NaN, 0)],
        },
    ];

    public FlowStatus? GetFlow(Signature signature) => signature == Flow
        ? new FlowStatus { Signature = Flow, Cluster = "all", Primary = "node0", Shadows = [], Action = "Forward" }
        : null;

    public IReadOnlyList<MigrationRecord> GetMigrations() =>
        [new(DateTimeOffset.UnixEpoch, "all", Flow, "node0", "node1", MigrationReason.FailedBack, "because", false)];

    public IReadOnlyList<ShadowingEvent> GetEvents() =>
        [new(DateTimeOffset.UnixEpoch, "shadowproxy.node.state_changed", "all", "node0", "healthy", "suspect", MigrationReason.Predicted, [], "text")];

    public IReadOnlyList<FlowMatch> FindFlows(FlowQuery query) => query.Facts.ContainsKey("cookie:sid")
        ? [new("all", "all", "cookie:sid", Flow, GetFlow(Flow))]
        : [];

    public IReadOnlyList<MigrationRecord> GetMigrations(Signature signature) => signature == Flow ? GetMigrations() : [];

    public IReadOnlyList<EvacuationStatus> GetEvacuations() =>
    [
        new()
        {
            Cluster = "all", Node = "node0", State = NodeState.Evacuating, AdmittedShare = 0.25, FlowsMoved = 3,
            Targets = new Dictionary<string, long> { ["node1"] = 3 },
        },
    ];

    public NodeSeries? GetSeries(string cluster, string node)
    {
        if (node != "node0")
            return null;
        return new NodeSeries
        {
            Cluster = cluster,
            Node = node,
            End = DateTimeOffset.UnixEpoch,
            Score = [1, 0.5f],
            LatencyMs = [float.NaN, 7],
            ErrorRate = [0, 0],
            RequestRate = [0, 2],
            AdmittedShare = [1, 0.25f],
            Flows = [4, 1],
        };
    }

    public IReadOnlyList<SettingStatus> GetSettings() =>
        [new() { Scope = SettingScope.Cluster, Id = "all", Name = "Failback", Value = "Never", Origin = SettingOrigin.BuiltIn }];

    public IAsyncEnumerable<ShadowingNotice> ListenAsync(long? after, CancellationToken stop) => Notices.ListenAsync(after, stop);

    public OperatorResult FailBack(string cluster, string? node) => Note($"failback {cluster}/{node}");

    public OperatorResult MuteForecasts(string cluster, string node, TimeSpan time) => Note($"mute {cluster}/{node} {time}");

    public OperatorResult Evacuate(string cluster, string node) => Note($"evacuate {cluster}/{node}");

    public OperatorResult Restore(string cluster, string node) => Note($"restore {cluster}/{node}");

    public OperatorResult Report(string cluster, string node, LoadReport report) => Note($"report {cluster}/{node} {report.CpuUtilization}");

    public OperatorResult RejectReport(string cluster, string node, string problem) => OperatorResult.Ok;

    public OperatorResult Pin(Signature signature, string node) => node == "node0" ? Note($"pin {signature} {node}") : OperatorResult.NotFound("no such node");

    public OperatorResult Move(Signature signature, string node) => Note($"move {signature} {node}");

    public OperatorResult Reject(Signature signature, bool reject) => Note($"{(reject ? "reject" : "forward")} {signature}");

    private OperatorResult Note(string asked)
    {
        Asked.Add(asked);
        return OperatorResult.Ok;
    }
}
