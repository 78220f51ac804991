using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowProxy.Signals;

/// <summary>
/// Reads load reports of the ORCA standard from response headers: <c>endpoint-load-metrics: TEXT cpu_utilization=0.3,…</c>,
/// <c>JSON {…}</c> or <c>BIN base64</c>, and <c>endpoint-load-metrics-bin: base64</c>. A report with anything wrong in it is rejected whole.
/// Source: <c>xds.data.orca.v3.OrcaLoadReport</c> and gRFC A51. A header without one of the three words is rejected, as Envoy does.
/// </summary>
internal static class OrcaParser
{
    /// <summary>The header whose value starts with its format.</summary>
    public const string Header = "endpoint-load-metrics";

    /// <summary>The header that holds a serialised message, as gRPC sends it.</summary>
    public const string BinaryHeader = "endpoint-load-metrics-bin";

    /// <summary>How long a header's value may be, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    private const string UtilizationPrefix = "utilization.";

    private const string NamedMetricsPrefix = "named_metrics.";

    /// <summary>Reads a report.</summary>
    /// <param name="text">The value of <see cref="Header"/>, or null.</param>
    /// <param name="binary">The value of <see cref="BinaryHeader"/>, or null. It wins where both stand.</param>
    /// <param name="report">The report, or null.</param>
    /// <param name="error">Where not: what is wrong with it.</param>
    public static bool TryParse(
        string? text, string? binary, [NotNullWhen(true)] out LoadReport? report, [NotNullWhen(false)] out string? error)
    {
        var builder = new LoadReportBuilder();
        error = Read(text, binary, ref builder);
        report = error is null ? builder.Build() : null;
        return error is null;
    }

    /// <summary>Reads a report from a serialised message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, [NotNullWhen(true)] out LoadReport? report, [NotNullWhen(false)] out string? error)
    {
        var builder = new LoadReportBuilder();
        error = OrcaBinary.ReadReport(message, ref builder);
        report = error is null ? builder.Build() : null;
        return error is null;
    }

    private static string? Read(string? text, string? binary, ref LoadReportBuilder builder)
    {
        var value = (binary ?? text).AsSpan().Trim();
        if (value.IsEmpty)
            return "there is no report";
        if (value.Length > MaxLength)
            return $"the report is longer than {MaxLength} characters";
        if (binary is not null)
            return OrcaBinary.Read(value, ref builder);
        var end = value.IndexOf(' ') is >= 0 and var space ? space : value.Length;
        var body = value[end..].TrimStart();
        return value[..end] switch
        {
            "TEXT" => ReadText(body, ref builder),
            "JSON" => OrcaJson.Read(body, ref builder),
            "BIN" => OrcaBinary.Read(body, ref builder),
            var format => $"'{LoadReportBuilder.Quote(format)}' is no format; TEXT, JSON or BIN would be right",
        };
    }

    // Empty elements of a list don't count (RFC 9110, section 5.6.1).
    private static string? ReadText(ReadOnlySpan<char> text, ref LoadReportBuilder builder)
    {
        foreach (var range in text.Split(','))
        {
            var metric = text[range].Trim();
            if (!metric.IsEmpty && ReadMetric(metric, ref builder) is { } error)
                return error;
        }
        return null;
    }

    private static string? ReadMetric(ReadOnlySpan<char> metric, ref LoadReportBuilder builder)
    {
        var separator = metric.IndexOfAny('=', ':');
        if (separator < 0)
            return $"'{LoadReportBuilder.Quote(metric)}' has no value";
        var name = metric[..separator].TrimEnd();
        if (!double.TryParse(metric[(separator + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return $"the value of '{LoadReportBuilder.Quote(name)}' is no number";
        if (name.StartsWith(UtilizationPrefix))
            return builder.AddUtilization(name[UtilizationPrefix.Length..], value);
        if (name.StartsWith(NamedMetricsPrefix))
            return builder.AddNamedMetric(name[NamedMetricsPrefix.Length..], value);
        return builder.Set(name, value);
    }
}
