using ShadowProxy.Migration;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>A change of a node's state.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after; the same where nothing but a panic is to be told.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">The facts it rests on.</param>
/// <param name="Text">The same as a sentence.</param>
internal sealed record StateChange(NodeState From, NodeState To, MigrationReason Reason, IReadOnlyList<Evidence> Evidence, string Text)
{
    /// <summary>True where the node should have been evacuated, and the cluster cannot bear it.</summary>
    public bool IsPanic { get; init; }
}
