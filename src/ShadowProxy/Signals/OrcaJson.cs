using System.Globalization;
using System.Text.Json;

namespace ShadowProxy.Signals;

/// <summary>
/// Reads a load report from JSON by the rules of ProtoJSON: names in camelCase or as in the message, numbers also as strings, null for
/// what is not given.
/// </summary>
internal static class OrcaJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 2, AllowDuplicateProperties = false };

    /// <summary>Reads the report.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Read(ReadOnlySpan<char> json, ref LoadReportBuilder builder)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToString(), Options);
            return ReadReport(document.RootElement, ref builder);
        }
        catch (JsonException exception)
        {
            return $"the JSON cannot be read at character {exception.BytePositionInLine + 1}";
        }
        catch (InvalidOperationException)
        {
            return "the JSON holds half a surrogate pair"; // Only reading such a string throws this.
        }
    }

    private static string? ReadReport(JsonElement root, ref LoadReportBuilder builder)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return "the JSON is no object";
        foreach (var property in root.EnumerateObject())
        {
            if (ReadField(property.Name, property.Value, ref builder) is { } error)
                return error;
        }
        return null;
    }

    private static string? ReadField(string name, JsonElement value, ref LoadReportBuilder builder)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return name switch
        {
            "rps" or "requestCost" or "request_cost" => null, // Nothing here rests on them.
            "utilization" => ReadMetrics(value, ref builder, static (ref target, key, number) => target.AddUtilization(key, number)),
            "namedMetrics" or "named_metrics" =>
                ReadMetrics(value, ref builder, static (ref target, key, number) => target.AddNamedMetric(key, number)),
            _ => TryReadNumber(value, out var number) ? builder.Set(FieldOf(name), number) : NoNumber(name),
        };
    }

    private static string FieldOf(string name) => name switch
    {
        "cpuUtilization" => "cpu_utilization",
        "memUtilization" => "mem_utilization",
        "applicationUtilization" => "application_utilization",
        "rpsFractional" => "rps_fractional",
        _ => name,
    };

    private delegate string? Add(ref LoadReportBuilder builder, string name, double value);

    private static string? ReadMetrics(JsonElement map, ref LoadReportBuilder builder, Add add)
    {
        if (map.ValueKind != JsonValueKind.Object)
            return "the named metrics are no object";
        foreach (var metric in map.EnumerateObject())
        {
            var error = TryReadNumber(metric.Value, out var number) ? add(ref builder, metric.Name, number) : NoNumber(metric.Name);
            if (error is not null)
                return error;
        }
        return null;
    }

    private static bool TryReadNumber(JsonElement value, out double number)
    {
        number = double.NaN;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number)
            || value.ValueKind == JsonValueKind.String
                && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    private static string NoNumber(string name) => $"the value of '{LoadReportBuilder.Quote(name)}' is no number";
}
