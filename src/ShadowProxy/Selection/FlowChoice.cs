using ShadowProxy.Migration;
using ShadowProxy.Nodes;

namespace ShadowProxy.Selection;

/// <summary>Where a request goes.</summary>
/// <param name="Node">The node; null where the cluster has none, or the flow is rejected.</param>
/// <param name="Reason">Why the flow moved with this request; <see cref="MigrationReason.None"/> where it did not.</param>
/// <param name="Spread">True where the signature stands for many users, so that each request is a flow of its own to the monitor.</param>
/// <param name="Rejected">True where the flow's requests are refused.</param>
internal readonly record struct FlowChoice(Node? Node, MigrationReason Reason = MigrationReason.None, bool Spread = false, bool Rejected = false);
