using System.Globalization;
using System.Text;

namespace ShadowProxy.NodeAgent;

/// <summary>Writes the agent's values in Prometheus's text format (version 0.0.4). Unknown ones are left out.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "shadowproxy_agent_";

    public static string Format(NodeReport report, TrafficCounter traffic)
    {
        var text = new StringBuilder(4096);
        Gauge(text, "cpu_utilization_ratio", "CPU in use over CPU available.", report.Load.Cpu);
        Gauge(text, "memory_utilization_ratio", "Memory in use over memory available.", report.Load.Memory);
        Gauge(text, "application_utilization_ratio", "The application's own measure of how full it is.", report.Load.Application);
        Counter(text, "requests_total", "Requests that have ended.", traffic.Ended);
        Counter(text, "request_errors_total", "Requests that were answered by 5xx or ended by an unhandled exception.", traffic.Failed);
        Gauge(text, "requests_in_flight", "Requests that have begun and not ended.", traffic.InFlight);
        Gauge(text, "open_connections", "Connections that clients hold open.", report.Runtime.Connections);
        Gauge(text, "gc_pause_ratio", "Share of the time in which the garbage collector stopped all threads.", report.Runtime.GcPause);
        Gauge(text, "heap_utilization_ratio", "The managed heap after the last collection over the memory that it may take.", report.Runtime.Heap);
        Gauge(text, "thread_pool_queue_length", "Work items that wait for a thread.", report.Runtime.ThreadPoolQueue);
        Gauge(text, "thread_pool_wait_seconds", "How long a work item waits for a thread.", report.Runtime.ThreadPoolWait.TotalSeconds);
        Gauge(text, "draining", "1 where the node has announced that it leaves.", report.IsDraining ? 1 : 0);
        if (report.Utilization.Count == 0)
            return text.ToString();
        Head(text, "utilization_ratio", "The application's own utilisations.", "gauge");
        foreach (var (name, value) in report.Utilization)
            Value(text, $"utilization_ratio{{name=\"{Escape(name)}\"}}", value);
        return text.ToString();
    }

    private static void Gauge(StringBuilder text, string name, string help, double value)
    {
        if (double.IsNaN(value))
            return;
        Head(text, name, help, "gauge");
        Value(text, name, value);
    }

    private static void Counter(StringBuilder text, string name, string help, long value)
    {
        Head(text, name, help, "counter");
        Value(text, name, value);
    }

    private static void Head(StringBuilder text, string name, string help, string type) => text
        .Append("# HELP ").Append(Prefix).Append(name).Append(' ').Append(help).Append('\n')
        .Append("# TYPE ").Append(Prefix).Append(name).Append(' ').Append(type).Append('\n');

    private static void Value(StringBuilder text, string name, double value) => text
        .Append(Prefix).Append(name).Append(' ')
        .Append(double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture))
        .Append('\n');

    private static string Escape(string name) => name.Replace("\\", "\\\\").Replace("\"", "\\\"");
}
