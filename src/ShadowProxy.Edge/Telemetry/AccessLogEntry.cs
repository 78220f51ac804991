using System.Net;
using System.Text.Json;
using ShadowProxy.Migration;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Telemetry;

/// <summary>One request, as its line in the access log tells it. What is null is left out of the line.</summary>
internal readonly record struct AccessLogEntry(
    DateTimeOffset Time, string Method, string Path, int Status, TimeSpan Duration, TimeSpan? TimeToHeaders,
    string? Route, string? Cluster, string? Node, int? Attempts, IReadOnlyList<AttemptSummary>? OtherAttempts, MigrationReason MoveReason, Signature? Flow, long? Bytes, IPAddress? Client, string? Ja4,
    string TraceId)
{
    /// <summary>Writes the line's object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, Time.UtcDateTime);
        json.WriteString("method"u8, Method);
        json.WriteString("path"u8, Path);
        json.WriteNumber("status"u8, Status);
        json.WriteNumber("durationMs"u8, Milliseconds(Duration));
        if (TimeToHeaders is { } headers)
            json.WriteNumber("timeToHeadersMs"u8, Milliseconds(headers));
        WriteText(json, "route"u8, Route);
        WriteText(json, "cluster"u8, Cluster);
        WriteText(json, "node"u8, Node);
        if (Attempts is { } attempts)
            json.WriteNumber("attempts"u8, attempts);
        if (OtherAttempts is { Count: > 0 } others)
            WriteAttempts(json, others);
        if (MoveReason != MigrationReason.None)
            json.WriteString("moveReason"u8, JsonNamingPolicy.KebabCaseLower.ConvertName(MoveReason.ToString()));
        WriteText(json, "flow"u8, Flow?.ToString());
        if (Bytes is { } bytes)
            json.WriteNumber("bytes"u8, bytes);
        WriteText(json, "client"u8, Client?.ToString());
        WriteText(json, "ja4"u8, Ja4);
        json.WriteString("traceId"u8, TraceId);
        json.WriteEndObject();
    }

    private static void WriteAttempts(Utf8JsonWriter json, IReadOnlyList<AttemptSummary> attempts)
    {
        json.WriteStartArray("otherAttempts"u8);
        foreach (var attempt in attempts)
        {
            json.WriteStartObject();
            json.WriteString("node"u8, attempt.Node);
            json.WriteString("result"u8, attempt.Result);
            json.WriteNumber("ms"u8, Milliseconds(attempt.Duration));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
