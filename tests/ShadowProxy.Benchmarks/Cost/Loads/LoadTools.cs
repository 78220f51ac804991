using ShadowProxy.Benchmarks.Cost.Workloads;
using ShadowProxy.Benchmarks.Processes;

namespace ShadowProxy.Benchmarks.Cost.Loads;

/// <summary>Which tool sends which workload: <c>wrk</c> and <c>h2load</c> where they are installed and fit, else own clients.</summary>
internal static class LoadTools
{
    public static string? Wrk { get; } = Tool.Find("wrk");

    public static string? H2Load { get; } = Tool.Find("h2load");

    /// <summary>Why a workload cannot be sent; null if it can.</summary>
    public static string? Missing(Workload workload) =>
        workload.Front == Wire.Http2 && H2Load is null ? "h2load is not installed" : null;

    /// <summary>A load that brings a server to its limits for little CPU of its own.</summary>
    public static ILoad Saturating(Site site, Uri server) =>
        site.Workload.Front == Wire.Http2 || site.Workload.Exchange == Exchange.Message || Wrk is null
            ? Paced(site, server)
            : new WrkLoad(Wrk, site, server);

    /// <summary>A load at a given rate that measures latencies.</summary>
    public static ILoad Paced(Site site, Uri server) =>
        site.Workload.Front == Wire.Http2 ? new H2Load(H2Load!, site, server) : new SocketLoad(site, server);
}
