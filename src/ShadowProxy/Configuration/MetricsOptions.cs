namespace ShadowProxy.Configuration;

/// <summary>
/// Metrics in the text formats of Prometheus and OpenMetrics, of which CPU, memory, saturation and latency are made. A formula is
/// <c>[1 -] metric [/ metric]</c>: <c>metric</c> is a number, or a name with labels that must match, such as
/// <c>node_cpu_seconds_total{mode="idle"}</c>, and stands for the sum of all its series; of counters it is the increase a second;
/// <c>count(metric)</c> is the number of series.
/// </summary>
public sealed class MetricsOptions
{
    /// <summary>The port of the metrics.</summary>
    /// <value>1 to 65535. Default: the node's own.</value>
    [Count(1, 65535)]
    public int? Port { get; set; }

    /// <summary>The path of the metrics, from the root.</summary>
    /// <value>Default: <c>/metrics</c>.</value>
    [RequestPath]
    public string? Path { get; set; }

    /// <summary>The time between two scrapes, jittered by 10%. After three intervals without one the load is unknown.</summary>
    /// <value>100 ms to 1 h; zero never. Default: 5 s.</value>
    [Duration("00:00:00.1", "01:00:00", OrZero = true)]
    public TimeSpan? Interval { get; set; }

    /// <summary>Which well-known metrics are looked for. Where several give a measure, the highest counts.</summary>
    /// <value>Default: <see cref="MetricsPreset.Auto"/>.</value>
    public MetricsPreset? Preset { get; set; }

    /// <summary>A formula for the CPU in use over the CPU available, instead of the preset's.</summary>
    [MetricFormula]
    public string? Cpu { get; set; }

    /// <summary>A formula for the memory in use over the memory available, instead of the preset's.</summary>
    [MetricFormula]
    public string? Memory { get; set; }

    /// <summary>A formula for how full the node is, 0 to 1, instead of the preset's: a queue over its limit, threads in use over all of them.</summary>
    [MetricFormula]
    public string? Saturation { get; set; }

    /// <summary>A formula for the node's own mean time to answer, seconds, instead of the preset's.</summary>
    [MetricFormula]
    public string? Latency { get; set; }
}

/// <summary>Well-known metrics.</summary>
public enum MetricsPreset
{
    /// <summary>All that are known.</summary>
    Auto,

    /// <summary>Those of Prometheus' node_exporter: the machine.</summary>
    NodeExporter,

    /// <summary>Those that most client libraries have: <c>process_*</c>.</summary>
    Process,

    /// <summary>Those of the .NET runtime and ASP.NET Core, as OpenTelemetry and prometheus-net write them.</summary>
    DotNet,
}
