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

    public OperatorResult Evacuate(string cluster, string node) => Note($"evacuate {cluster}/{node}");

    public OperatorResult Restore(string cluster, string node) => Note($"restore {cluster}/{node}");

    public OperatorResult Report(string cluster, string node, LoadReport report) => Note($"report {cluster}/{node} {report.CpuUtilization}");

    public OperatorResult Pin(Signature signature, string node) => node == "node0" ? Note($"pin {signature} {node}") : OperatorResult.NotFound("no such node");

    public OperatorResult Move(Signature signature, string node) => Note($"move {signature} {node}");

    public OperatorResult Reject(Signature signature, bool reject) => Note($"{(reject ? "reject" : "forward")} {signature}");

    private OperatorResult Note(string asked)
    {
        Asked.Add(asked);
        return OperatorResult.Ok;
    }
}
