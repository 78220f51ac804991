using ShadowProxy.Telemetry;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>What all open pages show now. Immutable; parts that did not change are the same instances as before.</summary>
public sealed record DashboardSnapshot
{
    /// <summary>Before the first look.</summary>
    public static DashboardSnapshot Empty { get; } = new();

    /// <summary>When it was taken.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>All nodes, by cluster, place and id.</summary>
    public IReadOnlyList<NodeView> Nodes { get; init; } = [];

    /// <summary>The same as the monitor saw them.</summary>
    public IReadOnlyList<NodeStatus> Statuses { get; init; } = [];

    /// <summary>Nodes that flows leave, or have left.</summary>
    public IReadOnlyList<EvacuationStatus> Evacuations { get; init; } = [];

    /// <summary>Events and migrations, newest first.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>Flows in the table.</summary>
    public long Flows { get; init; }

    /// <summary>Flows that moved since the start.</summary>
    public long Migrated { get; init; }

    /// <summary>Why the state could not be read, in which case the rest is as it was before; null where it could.</summary>
    public string? Error { get; init; }

    /// <summary>A node as the monitor saw it; null where there is none of that name.</summary>
    public NodeStatus? Status(string cluster, string node) =>
        Statuses.FirstOrDefault(status => status.Cluster == cluster && status.Node == node);
}
