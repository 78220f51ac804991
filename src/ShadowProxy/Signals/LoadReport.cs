namespace ShadowProxy.Signals;

/// <summary>
/// What a node says of its own load, as in <c>xds.data.orca.v3.OrcaLoadReport</c>. NaN = not reported.
/// </summary>
public sealed record LoadReport
{
    /// <summary>CPU in use over CPU available, 0 and up; may exceed 1.</summary>
    public double CpuUtilization { get; init; } = double.NaN;

    /// <summary>Memory in use over memory available, 0 to 1.</summary>
    public double MemoryUtilization { get; init; } = double.NaN;

    /// <summary>The application's own measure of how full it is, 0 and up; may exceed 1.</summary>
    public double ApplicationUtilization { get; init; } = double.NaN;

    /// <summary>Requests a second.</summary>
    public double RequestsPerSecond { get; init; } = double.NaN;

    /// <summary>Errors a second.</summary>
    public double ErrorsPerSecond { get; init; } = double.NaN;

    /// <summary>The node's own mean time to answer, seconds. No part of ORCA: read from metrics.</summary>
    public double LatencySeconds { get; init; } = double.NaN;

    /// <summary>Named utilisations, 0 to 1 each (queues, pools, quotas).</summary>
    public IReadOnlyDictionary<string, double> Utilization { get; init; } = NoMetrics;

    /// <summary>Named measures without a common scale.</summary>
    public IReadOnlyDictionary<string, double> NamedMetrics { get; init; } = NoMetrics;

    /// <summary>Whether the node says that it is about to stop (<c>named_metrics.draining</c> over 0); null where it says nothing of that.</summary>
    internal bool? IsLeaving => NamedMetrics.TryGetValue("draining", out var draining) ? draining > 0 : null;

    private static readonly Dictionary<string, double> NoMetrics = [];
}
