using ShadowProxy.Signals;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Edge.Demo;

/// <summary>A proxy that has seen what a test says. Newest first, as the real one.</summary>
internal sealed class StubControl : IShadowingControl
{
    public List<NodeStatus> Nodes { get; } = [];

    public List<MigrationRecord> Migrations { get; } = [];

    public List<ShadowingEvent> Events { get; } = [];

    public long MigratedFlows => Migrations.Count(m => !m.Observed);

    public long MigratedWhileHealthy => 0;

    public long Flows => 0;

    public IReadOnlyList<NodeStatus> GetNodes() => Nodes;

    public IReadOnlyList<MigrationRecord> GetMigrations() => [.. Migrations];

    public IReadOnlyList<ShadowingEvent> GetEvents() => [.. Events];

    public FlowStatus? GetFlow(Signature signature) => null;

    public IReadOnlyList<FlowMatch> FindFlows(FlowQuery query) => [];

    public IReadOnlyList<MigrationRecord> GetMigrations(Signature signature) => [];

    public IReadOnlyList<EvacuationStatus> GetEvacuations() => [];

    public NodeSeries? GetSeries(string cluster, string node) => null;

    public IReadOnlyList<SettingStatus> GetSettings() => [];

    public IAsyncEnumerable<ShadowingNotice> ListenAsync(long? after, CancellationToken stop) => throw new NotSupportedException();

    public OperatorResult FailBack(string cluster, string? node) => throw new NotSupportedException();

    public OperatorResult MuteForecasts(string cluster, string node, TimeSpan time) => throw new NotSupportedException();

    public OperatorResult Evacuate(string cluster, string node) => throw new NotSupportedException();

    public OperatorResult Restore(string cluster, string node) => throw new NotSupportedException();

    public OperatorResult Report(string cluster, string node, LoadReport report) => throw new NotSupportedException();

    public OperatorResult RejectReport(string cluster, string node, string problem) => throw new NotSupportedException();

    public OperatorResult Pin(Signature signature, string node) => throw new NotSupportedException();

    public OperatorResult Move(Signature signature, string node) => throw new NotSupportedException();

    public OperatorResult Reject(Signature signature, bool reject) => throw new NotSupportedException();
}
