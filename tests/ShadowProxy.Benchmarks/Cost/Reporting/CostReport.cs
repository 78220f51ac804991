using System.Text.Encodings.Web;
using System.Text.Json;

namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>All rows, and what they were measured with.</summary>
/// <param name="Command">What was called.</param>
/// <param name="Date">When it began.</param>
/// <param name="Machine">Processor, cores, kernel.</param>
/// <param name="Versions">Of proxies and tools.</param>
/// <param name="LeftOut">What is missing, and why.</param>
/// <param name="Rows">In the order of measurement.</param>
internal sealed record CostReport(
    string Command, DateTimeOffset Date, string Machine, IReadOnlyList<string> Versions, IReadOnlyList<string> LeftOut, IReadOnlyList<RowReport> Rows)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToMarkdown() => string.Join('\n',
    [
        $"`{Command}`, {Date:yyyy-MM-dd HH:mm} UTC, {Machine}.",
        "",
        .. Versions.Select(version => $"- {version}"),
        .. LeftOut.Select(missing => $"- Left out: {missing}."),
        .. Rows.SelectMany(row => (string[])["", $"### {row.Title}", "", row.ToTable()]),
        "",
    ]);
}
