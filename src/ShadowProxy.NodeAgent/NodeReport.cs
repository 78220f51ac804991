namespace ShadowProxy.NodeAgent;

/// <summary>All that the agent says of the node at one moment, whatever the channel.</summary>
/// <param name="Load">How full it is.</param>
/// <param name="Traffic">What it serves.</param>
/// <param name="Runtime">How the runtime does.</param>
/// <param name="Utilization">The application's own utilisations, none over 1.</param>
/// <param name="IsDraining">Whether it has announced that it leaves.</param>
internal sealed record NodeReport(
    LoadSample Load, NodeTraffic Traffic, RuntimeSample Runtime, IReadOnlyList<KeyValuePair<string, double>> Utilization, bool IsDraining)
{
    /// <summary>Names of utilisations that are the agent's own.</summary>
    public static readonly IReadOnlySet<string> OwnNames = new HashSet<string>(StringComparer.Ordinal) { GcPause, Heap };

    private const string GcPause = "gc_pause";
    private const string Heap = "heap";

    /// <summary>Utilisations, 0 to 1, that ORCA has no field for: the application's and the runtime's. Unknown ones are left out.</summary>
    public IEnumerable<KeyValuePair<string, double>> Utilizations =>
    [
        .. Utilization,
        KeyValuePair.Create(GcPause, Runtime.GcPause),
        KeyValuePair.Create(Heap, Runtime.Heap),
    ];

    /// <summary>Measures without a common scale.</summary>
    public IEnumerable<KeyValuePair<string, double>> NamedMetrics =>
    [
        KeyValuePair.Create("in_flight", (double)Traffic.InFlight),
        KeyValuePair.Create("connections", (double)Runtime.Connections),
        KeyValuePair.Create("thread_pool_queue", (double)Runtime.ThreadPoolQueue),
        KeyValuePair.Create("thread_pool_wait_ms", Runtime.ThreadPoolWait.TotalMilliseconds),
        KeyValuePair.Create("draining", IsDraining ? 1.0 : 0),
    ];

    /// <summary>Whether readers take a value: they refuse a whole report for one that is NaN, infinite or negative.</summary>
    public static bool IsTaken(double value) => double.IsFinite(value) && value >= 0;
}
