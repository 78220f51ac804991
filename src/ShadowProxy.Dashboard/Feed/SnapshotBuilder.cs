using ShadowProxy.Telemetry;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>Makes a snapshot of what the proxy tells, and keeps the instances of what stayed as it was. One caller at a time.</summary>
internal sealed class SnapshotBuilder
{
    private readonly TimelineBuilder _timeline = new();
    private Dictionary<(string Cluster, string Node), NodeView> _nodes = [];

    /// <summary>Looks at the proxy.</summary>
    public DashboardSnapshot Build(IShadowingControl control, DateTimeOffset now)
    {
        var statuses = control.GetNodes();
        var nodes = statuses.Select(status => Same(NodeViews.Of(status, control.GetSeries(status.Cluster, status.Node)))).ToList();
        _nodes = nodes.ToDictionary(view => (view.Cluster, view.Node));
        return new DashboardSnapshot
        {
            Time = now,
            Nodes = [.. nodes.OrderBy(view => view.Cluster).ThenBy(view => view.Place).ThenBy(view => view.Node)],
            Statuses = statuses,
            Evacuations = control.GetEvacuations(),
            Timeline = _timeline.Build(control.GetEvents(), control.GetMigrations()),
            Flows = control.Flows,
            Migrated = control.MigratedFlows,
        };
    }

    private NodeView Same(NodeView view) =>
        _nodes.TryGetValue((view.Cluster, view.Node), out var before) && before == view ? before : view;
}
