using ShadowProxy.Migration;

namespace ShadowProxy.Telemetry;

/// <summary>Something that changed: a node's state, a panic, an operator's act.</summary>
/// <param name="Time">When.</param>
/// <param name="Name">The EventName of its log record, such as <c>shadowproxy.node.state_changed</c>.</param>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Node">The node; null where the whole cluster is meant.</param>
/// <param name="From">The state before, where there is one.</param>
/// <param name="To">The state after, where there is one.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">The facts it rests on.</param>
/// <param name="Text">The same as a sentence.</param>
public sealed record ShadowingEvent(
    DateTimeOffset Time, string Name, string Cluster, string? Node, string? From, string? To, MigrationReason Reason,
    IReadOnlyList<Evidence> Evidence, string Text)
{
    /// <summary>Its place in the order of all events and migrations; 0 where it has none.</summary>
    public long Id { get; init; }
}
