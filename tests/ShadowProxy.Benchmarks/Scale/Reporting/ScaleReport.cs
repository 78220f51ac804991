using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShadowProxy.Benchmarks.Scale.Reporting;

/// <summary>All parts, and what they were measured with.</summary>
/// <param name="Command">What was called.</param>
/// <param name="Date">When it began.</param>
/// <param name="Machine">Processor, cores, kernel.</param>
/// <param name="Version">Of ShadowProxy.</param>
/// <param name="Sections">In the order of measurement.</param>
internal sealed record ScaleReport(string Command, DateTimeOffset Date, string Machine, string Version, IReadOnlyList<ScaleSection> Sections)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToMarkdown() => string.Join('\n',
    [
        $"`{Command}`, {Date:yyyy-MM-dd HH:mm} UTC, {Machine}, ShadowProxy {Version}.",
        .. Sections.SelectMany(section => (string[])["", $"**{section.Title}**", "", section.ToTable(), "", section.Method]),
        "",
    ]);
}
