using System.Text;
using System.Text.Unicode;

namespace ShadowProxy.Signals;

/// <summary>
/// Reads a load report from a serialised <c>xds.data.orca.v3.OrcaLoadReport</c> in base64, padded or not. The message's few fields are read
/// by hand; unknown ones are skipped. What a node has as 0 does not travel in this format and counts as not reported.
/// </summary>
internal static class OrcaBinary
{
    private const string Malformed = "the message cannot be decoded";

    /// <summary>Reads the report.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Read(ReadOnlySpan<char> base64, ref LoadReportBuilder builder)
    {
        var digits = base64.TrimEnd('=');
        var padded = digits.ToString().PadRight((digits.Length + 3) & ~3, '=');
        var message = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, message, out var length)
            ? ReadReport(message.AsSpan(0, length), ref builder)
            : "the base64 cannot be decoded";
    }

    /// <summary>Reads the report from the message itself.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? ReadReport(ReadOnlySpan<byte> message, ref LoadReportBuilder builder)
    {
        var reader = new ProtobufReader(message);
        while (reader.TryReadField(out var field))
        {
            if (ReadField(in field, ref builder) is { } error)
                return error;
        }
        return reader.IsMalformed ? Malformed : null;
    }

    private static string? ReadField(in ProtobufField field, ref LoadReportBuilder builder) => (field.Number, field.Type) switch
    {
        (1, ProtobufType.Fixed64) => builder.Set("cpu_utilization", field.AsDouble),
        (2, ProtobufType.Fixed64) => builder.Set("mem_utilization", field.AsDouble),
        (5, ProtobufType.Bytes) => ReadEntry(field.Bytes, out var name, out var value) ?? builder.AddUtilization(name, value),
        (6, ProtobufType.Fixed64) => builder.Set("rps_fractional", field.AsDouble),
        (7, ProtobufType.Fixed64) => builder.Set("eps", field.AsDouble),
        (8, ProtobufType.Bytes) => ReadEntry(field.Bytes, out var name, out var value) ?? builder.AddNamedMetric(name, value),
        (9, ProtobufType.Fixed64) => builder.Set("application_utilization", field.AsDouble),
        _ => null,
    };

    // An entry of a map is a message of a key, 1, and a value, 2.
    private static string? ReadEntry(ReadOnlySpan<byte> entry, out string name, out double value)
    {
        name = "";
        value = 0;
        var reader = new ProtobufReader(entry);
        while (reader.TryReadField(out var field))
        {
            if (field is { Number: 1, Type: ProtobufType.Bytes })
            {
                if (!Utf8.IsValid(field.Bytes))
                    return "a metric's name is no UTF-8";
                name = Encoding.UTF8.GetString(field.Bytes);
            }
            else if (field is { Number: 2, Type: ProtobufType.Fixed64 })
            {
                value = field.AsDouble;
            }
        }
        return reader.IsMalformed ? Malformed : null;
    }
}
