using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShadowProxy.Lab.Summary;

/// <summary>Writes summaries as JSON: camelCase keys, every key always there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(ComparisonSummary))]
public sealed partial class SummaryJson : JsonSerializerContext
{
    /// <summary>A run.</summary>
    public static string Write(RunSummary summary) => JsonSerializer.Serialize(summary, Default.RunSummary);

    /// <summary>Two runs of the same scenario.</summary>
    public static string Write(ComparisonSummary summary) => JsonSerializer.Serialize(summary, Default.ComparisonSummary);
}
