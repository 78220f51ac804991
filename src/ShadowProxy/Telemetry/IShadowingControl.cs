using ShadowProxy.Signals;
using ShadowProxy.Signatures;

namespace ShadowProxy.Telemetry;

/// <summary>
/// What an operator sees and does: the admin API, the demo and dashboards stand on this alone. A singleton of the service
/// collection. All members are thread-safe; none waits for traffic.
/// </summary>
public interface IShadowingControl
{
    /// <summary>All nodes, by cluster and id.</summary>
    IReadOnlyList<NodeStatus> GetNodes();

    /// <summary>A flow, or null where neither table knows it.</summary>
    FlowStatus? GetFlow(Signature signature);

    /// <summary>The last flow migrations, newest first; the history is bounded.</summary>
    IReadOnlyList<MigrationRecord> GetMigrations();

    /// <summary>The last events, newest first; the history is bounded.</summary>
    IReadOnlyList<ShadowingEvent> GetEvents();

    /// <summary>How many flows moved since the start, those of Observe clusters not counted.</summary>
    long MigratedFlows { get; }

    /// <summary>Of these, how many left a node that was neither suspect nor worse, and not at an operator's wish.</summary>
    long MigratedWhileHealthy { get; }

    /// <summary>Flows held in the Signature Table.</summary>
    long Flows { get; }

    /// <summary>Moves all flows off the node until <see cref="Restore"/>.</summary>
    OperatorResult Evacuate(string cluster, string node);

    /// <summary>Makes the node take all its flows again, whatever the monitor thought of it.</summary>
    OperatorResult Restore(string cluster, string node);

    /// <summary>Hands in a load report on behalf of the node.</summary>
    OperatorResult Report(string cluster, string node, LoadReport report);

    /// <summary>Binds a flow to a node until it ends or moves at an operator's wish.</summary>
    OperatorResult Pin(Signature signature, string node);

    /// <summary>Moves a flow to a node; what follows is up to the monitor again.</summary>
    OperatorResult Move(Signature signature, string node);

    /// <summary>Rejects a flow's requests with 403 until it ends, or forwards them again.</summary>
    OperatorResult Reject(Signature signature, bool reject);
}

/// <summary>The outcome of an operator's wish.</summary>
/// <param name="Done">True where it was carried out.</param>
/// <param name="Error">Where not: what was not found or not possible.</param>
public readonly record struct OperatorResult(bool Done, string? Error)
{
    /// <summary>Carried out.</summary>
    public static OperatorResult Ok => new(true, null);

    /// <summary>Not carried out.</summary>
    public static OperatorResult NotFound(string error) => new(false, error);
}
