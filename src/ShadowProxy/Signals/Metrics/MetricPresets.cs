using ShadowProxy.Configuration;

namespace ShadowProxy.Signals.Metrics;

/// <summary>
/// The formulas for well-known metrics. Where several of a measure are known, the highest counts; a measure whose metrics are not there is
/// unknown. Names: node_exporter 1.x; the Prometheus client libraries' <c>process_*</c>; OpenTelemetry's semantic conventions for .NET and
/// HTTP as its Prometheus exporter writes them; prometheus-net.
/// </summary>
internal static class MetricPresets
{
    private static readonly Preset NodeExporter = new(
        Cpu: ["1 - node_cpu_seconds_total{mode=\"idle\"} / node_cpu_seconds_total"],
        Memory: ["1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"],
        Saturation: ["node_load1 / count(node_cpu_seconds_total{mode=\"idle\"})"],
        Latency: []);

    /// <summary>How many processors there are, is told by the runtimes that know it.</summary>
    private static readonly Preset Process = new(
        Cpu:
        [
            "process_cpu_seconds_total / process_cpu_count",
            "process_cpu_seconds_total / go_sched_gomaxprocs_threads",
            "process_cpu_seconds_total / dotnet_process_cpu_count",
            "process_cpu_time_seconds_total / process_cpu_count",
            "process_cpu_utilization",
        ],
        Memory: ["process_resident_memory_bytes / node_memory_MemTotal_bytes", "container_memory_limit_utilization"],
        Saturation: ["process_open_fds / process_max_fds"],
        Latency: ["http_request_duration_seconds_sum / http_request_duration_seconds_count"]);

    /// <summary>A thread pool with a thousand waiting items a processor serves nobody in time; a runtime that pauses for all of the time, neither.</summary>
    private static readonly Preset DotNet = new(
        Cpu: ["dotnet_process_cpu_time_seconds_total / dotnet_process_cpu_count", "container_cpu_limit_utilization"],
        Memory: ["container_memory_limit_utilization"],
        Saturation:
        [
            "dotnet_gc_pause_time_seconds_total",
            "dotnet_thread_pool_queue_length / 1000",
            "process_runtime_dotnet_thread_pool_queue_length / 1000",
            "dotnet_threadpool_queue_length / 1000",
            "system_runtime_threadpool_queue_length / 1000",
        ],
        Latency: ["http_server_request_duration_seconds_sum / http_server_request_duration_seconds_count"]);

    /// <summary>The formulas of a preset.</summary>
    public static Preset Of(MetricsPreset preset) => preset switch
    {
        MetricsPreset.NodeExporter => NodeExporter,
        MetricsPreset.Process => Process,
        MetricsPreset.DotNet => DotNet,
        _ => NodeExporter.And(Process).And(DotNet),
    };

    /// <summary>Formulas by measure.</summary>
    internal sealed record Preset(
        IReadOnlyList<string> Cpu, IReadOnlyList<string> Memory, IReadOnlyList<string> Saturation, IReadOnlyList<string> Latency)
    {
        public Preset And(Preset other) => new(
            [.. Cpu, .. other.Cpu], [.. Memory, .. other.Memory], [.. Saturation, .. other.Saturation], [.. Latency, .. other.Latency]);
    }
}
