using System.Globalization;
using System.Text;
using System.Text.Json;
using ShadowProxy.Signals;

namespace ShadowProxy.Tests.Signals;

/// <summary>Writes load reports as nodes do, in each of ORCA's formats.</summary>
internal static class OrcaWriter
{
    public static string WriteText(LoadReport report) => "TEXT " + string.Join(',', Fields(report)
        .Concat(report.Utilization.Select(metric => ("utilization." + metric.Key, metric.Value)))
        .Concat(report.NamedMetrics.Select(metric => ("named_metrics." + metric.Key, metric.Value)))
        .Select(metric => $"{metric.Item1}={Number(metric.Item2)}"));

    public static string WriteJson(LoadReport report)
    {
        var root = Fields(report).ToDictionary(field => field.Name, field => (object)field.Value);
        root["utilization"] = report.Utilization;
        root["namedMetrics"] = report.NamedMetrics;
        return "JSON " + JsonSerializer.Serialize(root);
    }

    public static string WriteBase64(LoadReport report, bool padded = true)
    {
        var text = Convert.ToBase64String(WriteMessage(report));
        return padded ? text : text.TrimEnd('=');
    }

    public static byte[] WriteMessage(LoadReport report)
    {
        List<byte> message = [];
        foreach (var (name, value) in Fields(report).Where(field => field.Value != 0))
            message.AddRange(Double(Numbers[name], value));
        foreach (var (number, metrics) in new[] { (5, report.Utilization), (8, report.NamedMetrics) })
        {
            foreach (var (name, value) in metrics)
                message.AddRange(Bytes(number, [.. Bytes(1, Encoding.UTF8.GetBytes(name)), .. Double(2, value)]));
        }
        return [.. message];
    }

    public static byte[] Double(int number, double value) => [(byte)((number << 3) | 1), .. BitConverter.GetBytes(value)];

    public static byte[] Bytes(int number, byte[] value) => [(byte)((number << 3) | 2), .. Varint((ulong)value.Length), .. value];

    public static byte[] Varint(ulong value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];

    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["cpu_utilization"] = 1,
        ["mem_utilization"] = 2,
        ["rps_fractional"] = 6,
        ["eps"] = 7,
        ["application_utilization"] = 9,
    };

    private static IEnumerable<(string Name, double Value)> Fields(LoadReport report) => new[]
    {
        ("cpu_utilization", report.CpuUtilization),
        ("mem_utilization", report.MemoryUtilization),
        ("application_utilization", report.ApplicationUtilization),
        ("rps_fractional", report.RequestsPerSecond),
        ("eps", report.ErrorsPerSecond),
    }.Where(field => !double.IsNaN(field.Item2));

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
