using System.Globalization;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>How the page writes numbers and times: short, with their unit; an en dash where a value is unknown.</summary>
internal static class Show
{
    /// <summary>What stands for a value that is not known.</summary>
    public const string Unknown = "–";

    /// <summary>A share of 0 to 1 as per cent; tenths under 10%.</summary>
    public static string Percent(double share) => !double.IsFinite(share) ? Unknown
        : share is > 0 and < 0.0005 ? "<0.1%"
        : $"{(share < 0.0995 ? Text(share * 100, "0.#") : Text(share * 100, "0"))}%";

    /// <summary>Milliseconds, or seconds from 1,000 ms.</summary>
    public static string Milliseconds(double value) => !double.IsFinite(value) ? Unknown
        : value >= 1000 ? $"{Text(value / 1000, "0.0")}\u00a0s"
        : $"{Text(value, value < 10 ? "0.0" : "0")}\u00a0ms";

    /// <summary>A time to come or gone by: seconds, minutes or hours.</summary>
    public static string Seconds(double value) => !double.IsFinite(value) ? Unknown
        : value < 120 ? $"{Text(value, "0")}\u00a0s"
        : value < 7200 ? $"{Text(value / 60, "0")}\u00a0min"
        : $"{Text(value / 3600, "0")}\u00a0h";

    /// <summary>Requests a second.</summary>
    public static string Rate(double value) => double.IsFinite(value) ? $"{Text(value, value < 10 ? "0.0" : "#,0")}/s" : Unknown;

    /// <summary>A whole number.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A value in its own unit.</summary>
    public static string Value(double value) => double.IsFinite(value) ? Text(value, Math.Abs(value) < 100 ? "0.###" : "#,0") : Unknown;

    /// <summary>A time of day, UTC.</summary>
    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A time as HTML's <c>datetime</c> wants it.</summary>
    public static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An enumeration's value as words: <c>FlowIssue</c> is "flow issue".</summary>
    public static string Words<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    /// <summary>A number as SVG and CSS write it.</summary>
    public static string Coordinate(double value) => Text(value, "0.#");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
