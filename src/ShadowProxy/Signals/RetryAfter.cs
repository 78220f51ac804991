using System.Net.Http.Headers;

namespace ShadowProxy.Signals;

/// <summary>What a node that answers with 429 or 503 says of when to come again (RFC 9110, 10.2.3). Stateless and thread-safe.</summary>
internal static class RetryAfter
{
    /// <summary>For longer than this no answer keeps new flows off its node.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    /// <summary>The time to come, at most 1 min; null where the text is neither a number of seconds nor an HTTP-date.</summary>
    /// <param name="text">The header's value.</param>
    /// <param name="now">The time of day, for dates.</param>
    public static TimeSpan? Parse(string text, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(text, out var value))
            return null;
        var rest = value.Delta ?? value.Date!.Value - now;
        return rest < TimeSpan.Zero ? TimeSpan.Zero : rest < Most ? rest : Most;
    }
}
