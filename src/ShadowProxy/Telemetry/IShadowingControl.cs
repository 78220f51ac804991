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

    /// <summary>Flows by what somebody knows of their requests; those that the tables know first.</summary>
    /// <returns>Empty where the facts suffice for no route's template.</returns>
    IReadOnlyList<FlowMatch> FindFlows(FlowQuery query);

    /// <summary>The last flow migrations, newest first; the history is bounded.</summary>
    IReadOnlyList<MigrationRecord> GetMigrations();

    /// <summary>The migrations of a flow, newest first, as far as they are among the last 16,384 of all.</summary>
    IReadOnlyList<MigrationRecord> GetMigrations(Signature signature);

    /// <summary>The nodes that flows leave or have left, by cluster and id.</summary>
    IReadOnlyList<EvacuationStatus> GetEvacuations();

    /// <summary>
    /// The last three minutes of a node; null where there is none of that name. Kept for 1,000 nodes: where there are more, a node's begins when it is
    /// first asked for.
    /// </summary>
    NodeSeries? GetSeries(string cluster, string node);

    /// <summary>The settings in force of the proxy, its clusters and its routes, and where each comes from.</summary>
    IReadOnlyList<SettingStatus> GetSettings();

    /// <summary>The last events, newest first; the history is bounded.</summary>
    IReadOnlyList<ShadowingEvent> GetEvents();

    /// <summary>Events and migrations as they come, oldest first, until it is cancelled. Who is slower than they come loses the oldest.</summary>
    /// <param name="after">Begins with what is kept of what came after this id; null: with what is new.</param>
    /// <param name="stop">Ends it.</param>
    IAsyncEnumerable<ShadowingNotice> ListenAsync(long? after, CancellationToken stop);

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

    /// <summary>
    /// Lets the flows that live elsewhere now, and whose home is healthy, return there with their next request, whatever the cluster's Failback says.
    /// Pinned flows stay, and those that left because they alone fared badly there.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="node">Only flows whose home this node is; null: all of the cluster.</param>
    OperatorResult FailBack(string cluster, string? node);

    /// <summary>Lets no forecast move flows off the node for a time; what harms users still does.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="node">The node.</param>
    /// <param name="time">For how long from now, up to 24 h; zero: forecasts count again.</param>
    OperatorResult MuteForecasts(string cluster, string node, TimeSpan time);

    /// <summary>Hands in a load report on behalf of the node; ten a second are taken. It is believed for ten seconds.</summary>
    OperatorResult Report(string cluster, string node, LoadReport report);

    /// <summary>Counts what was handed in on behalf of the node and is no report.</summary>
    OperatorResult RejectReport(string cluster, string node, string problem);

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
    /// <summary>When it is worth another try, where it came too often; null otherwise.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Carried out.</summary>
    public static OperatorResult Ok => new(true, null);

    /// <summary>Not carried out: what it was for is not there.</summary>
    public static OperatorResult NotFound(string error) => new(false, error);

    /// <summary>Not carried out: it cannot be, or not now.</summary>
    public static OperatorResult NotPossible(string error) => new(false, error);

    /// <summary>Not carried out: it is wished too often.</summary>
    public static OperatorResult TooOften(string error, TimeSpan retryAfter) => new(false, error) { RetryAfter = retryAfter };
}
