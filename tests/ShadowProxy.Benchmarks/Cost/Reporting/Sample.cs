namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>What one proxy cost in one round.</summary>
/// <param name="Proxy">Its name.</param>
/// <param name="Round">Counted from 0; one round is the same load on all proxies, one after the other.</param>
/// <param name="Saturated">Load without pause.</param>
/// <param name="Paced">Load at the row's rate; null where none was asked for.</param>
/// <param name="MemoryMiB">Proportional set size of the process tree after the load without pause.</param>
internal sealed record Sample(string Proxy, int Round, RunFigures Saturated, RunFigures? Paced, double? MemoryMiB);

/// <summary>What one run cost.</summary>
/// <param name="CpuMs">CPU milliseconds of the process tree for 1,000 requests; null where there is no proxy.</param>
/// <param name="RequestsPerSecond">Answered requests.</param>
/// <param name="AllocatedBytes">Bytes on the managed heap a request; null where that is not known.</param>
/// <param name="Failed">Requests that failed.</param>
/// <param name="P50Ms">Median latency; 0 where it was not measured.</param>
/// <param name="P99Ms">99th percentile of latency; 0 where it was not measured.</param>
internal sealed record RunFigures(
    double? CpuMs, double RequestsPerSecond, double? AllocatedBytes, long Failed, double P50Ms, double P99Ms);
