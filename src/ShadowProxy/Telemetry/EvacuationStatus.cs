using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.Telemetry;

/// <summary>A node that flows leave, or have left, until it is healthy again.</summary>
public sealed record EvacuationStatus
{
    /// <summary>The cluster's id.</summary>
    public required string Cluster { get; init; }

    /// <summary>The destination's id.</summary>
    public required string Node { get; init; }

    /// <summary><see cref="NodeState.Evacuating"/>, <see cref="NodeState.Evacuated"/> or <see cref="NodeState.Probation"/>.</summary>
    public required NodeState State { get; init; }

    /// <summary>Why.</summary>
    public MigrationReason Reason { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The part of its flows that the node takes now, 0 to 1.</summary>
    public double AdmittedShare { get; init; }

    /// <summary>Flows that have left it since then; those move that make a request.</summary>
    public long FlowsMoved { get; init; }

    /// <summary>Flows whose primary it still is.</summary>
    public long FlowsLeft { get; init; }

    /// <summary>Where they went: flows by destination id.</summary>
    public required IReadOnlyDictionary<string, long> Targets { get; init; }

    /// <summary>True where the cluster's mode is Observe: they would have moved, and did not.</summary>
    public bool Observed { get; init; }
}
