using ShadowProxy.Migration;
using ShadowProxy.Signatures;

namespace ShadowProxy.Telemetry;

/// <summary>A flow that moved.</summary>
/// <param name="Time">When.</param>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Signature">The flow.</param>
/// <param name="From">The node it left.</param>
/// <param name="To">The node it went to.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What spoke against the node it left, as a sentence.</param>
/// <param name="Observed">True where the cluster's mode is Observe: it would have moved, and did not.</param>
public sealed record MigrationRecord(
    DateTimeOffset Time, string Cluster, Signature Signature, string From, string To, MigrationReason Reason, string Evidence, bool Observed)
{
    /// <summary>Its place in the order of all events and migrations; 0 where it has none.</summary>
    public long Id { get; init; }
}
