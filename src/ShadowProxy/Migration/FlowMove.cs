using ShadowProxy.Nodes;
using ShadowProxy.Signatures;

namespace ShadowProxy.Migration;

/// <summary>A flow that moved: what the <see cref="RedirectionEngine"/> did under the table's lock, to be told once it is released.</summary>
/// <param name="Signature">The flow.</param>
/// <param name="Cluster">Its cluster.</param>
/// <param name="From">The node it left; null where that is gone.</param>
/// <param name="To">The node it went to.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct FlowMove(Signature Signature, ShadowCluster Cluster, Node? From, Node To, MigrationReason Reason);
