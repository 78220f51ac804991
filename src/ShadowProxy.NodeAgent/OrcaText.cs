using System.Globalization;
using System.Text;

namespace ShadowProxy.NodeAgent;

/// <summary>Writes a load report in ORCA's text form, as in <c>TEXT cpu_utilization=0.3,eps=0</c>.</summary>
internal static class OrcaText
{
    public const string HeaderName = "endpoint-load-metrics";

    public static string Format(in LoadSample load, in NodeTraffic traffic, IEnumerable<KeyValuePair<string, double>> utilization)
    {
        var text = new StringBuilder("TEXT ", 160);
        Append(text, "cpu_utilization", load.Cpu);
        Append(text, "mem_utilization", load.Memory);
        Append(text, "application_utilization", load.Application);
        Append(text, "rps_fractional", traffic.RequestsPerSecond);
        Append(text, "eps", traffic.ErrorsPerSecond);
        foreach (var (name, value) in utilization)
            Append(text, "utilization." + name, value);
        Append(text, "named_metrics.in_flight", traffic.InFlight);
        text.Length--;
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, double value)
    {
        // Readers refuse a whole report for one NaN, infinite or negative value.
        if (double.IsFinite(value) && value >= 0)
            text.Append(name).Append('=').Append(value.ToString("0.####", CultureInfo.InvariantCulture)).Append(',');
    }
}
