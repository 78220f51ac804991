using System.Globalization;
using System.Text;

namespace ShadowProxy.NodeAgent;

/// <summary>Writes a load report in ORCA's text form, as in <c>TEXT cpu_utilization=0.3,eps=0</c>.</summary>
internal static class OrcaText
{
    public const string HeaderName = "endpoint-load-metrics";

    public static string Format(NodeReport report)
    {
        var text = new StringBuilder("TEXT ", 256);
        Append(text, "", "cpu_utilization", report.Load.Cpu);
        Append(text, "", "mem_utilization", report.Load.Memory);
        Append(text, "", "application_utilization", report.Load.Application);
        Append(text, "", "rps_fractional", report.Traffic.RequestsPerSecond);
        Append(text, "", "eps", report.Traffic.ErrorsPerSecond);
        foreach (var (name, value) in report.Utilizations)
            Append(text, "utilization.", name, value);
        foreach (var (name, value) in report.NamedMetrics)
            Append(text, "named_metrics.", name, value);
        text.Length--;
        return text.ToString();
    }

    private static void Append(StringBuilder text, string prefix, string name, double value)
    {
        if (NodeReport.IsTaken(value))
            text.Append(prefix).Append(name).Append('=').Append(value.ToString("0.####", CultureInfo.InvariantCulture)).Append(',');
    }
}
