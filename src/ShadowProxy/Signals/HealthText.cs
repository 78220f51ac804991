using System.Text;
using System.Text.Json;

namespace ShadowProxy.Signals;

/// <summary>
/// What an answer of ASP.NET Core's health checks says: the word alone, or a JSON object with it as <c>status</c>. Stateless and thread-safe.
/// </summary>
internal static class HealthText
{
    private const int LongestWord = 16;

    private static readonly string[] Words = [nameof(HealthWord.Unhealthy), nameof(HealthWord.Degraded), nameof(HealthWord.Healthy)];

    /// <summary>The word that an answer consists of; null where it is another answer.</summary>
    /// <param name="body">The answer, or its beginning.</param>
    public static HealthWord? Read(ReadOnlySpan<byte> body)
    {
        body = body.Trim(" \t\r\n"u8);
        if (body.Length > 0 && body[0] == '{')
            return ReadJson(body);
        return body.Length <= LongestWord ? Find(Encoding.Latin1.GetString(body)) : null;
    }

    private static HealthWord? Find(string text) =>
        Array.FindIndex(Words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is var found and >= 0 ? (HealthWord)found : null;

    private static HealthWord? ReadJson(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, isFinalBlock: false, default);
        try
        {
            while (json.Read())
            {
                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName)
                    continue;
                var isStatus = json.ValueTextEquals("status"u8) || json.ValueTextEquals("Status"u8);
                if (isStatus && json.Read() && json.TokenType == JsonTokenType.String)
                    return Find(json.GetString()!);
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return null;
    }
}

/// <summary>ASP.NET Core's health statuses.</summary>
internal enum HealthWord
{
    /// <summary>It does not serve.</summary>
    Unhealthy,

    /// <summary>It serves, but not well.</summary>
    Degraded,

    /// <summary>All is well.</summary>
    Healthy,
}
