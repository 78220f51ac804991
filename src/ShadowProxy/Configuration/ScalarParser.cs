using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowProxy.Configuration;

/// <summary>Parses single values of a configuration, in the invariant culture, and says what would be right where one does not parse.</summary>
internal static class ScalarParser
{
    private static readonly Dictionary<Type, (Func<string, object?> Parse, string Expected)> Parsers = new()
    {
        [typeof(string)] = (text => text, ""),
        [typeof(bool)] = (text => bool.TryParse(text, out var value) ? value : null, "must be true or false"),
        [typeof(int)] = (text => int.TryParse(text, WholeNumber, Culture, out var value) ? value : null, "must be a whole number"),
        [typeof(long)] = (text => long.TryParse(text, WholeNumber, Culture, out var value) ? value : null, "must be a whole number"),
        [typeof(double)] = (text => double.TryParse(text, NumberStyles.Float, Culture, out var value) ? value : null, "must be a number"),
        // A bare number would be read as days, which nobody means: a colon is required.
        [typeof(TimeSpan)] = (text => text.Contains(':') && TimeSpan.TryParseExact(text, "c", Culture, out var value) ? value : null,
            "must be a duration, [d.]hh:mm:ss, such as 00:00:10 for ten seconds"),
        [typeof(Version)] = (text => Version.TryParse(text.Contains('.') ? text : text + ".0", out var value) ? value : null,
            "must be a version, such as 1.1 or 2"),
        [typeof(Uri)] = (text => Uri.TryCreate(text, UriKind.Absolute, out var value) ? value : null, "must be an absolute URL"),
    };

    private const NumberStyles WholeNumber = NumberStyles.AllowLeadingSign;

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    /// <summary>Whether values of the type are written as a single value.</summary>
    public static bool Knows(Type type) => type.IsEnum || Parsers.ContainsKey(type);

    /// <summary>Parses a value of a type that is known.</summary>
    public static bool TryParse(Type type, string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? problem)
    {
        if (type.IsEnum)
            return TryParseEnum(type, text, out value, out problem);
        var (parse, expected) = Parsers[type];
        value = parse(text);
        problem = value is null ? expected : null;
        return value is not null;
    }

    private static bool TryParseEnum(Type type, string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? problem)
    {
        var names = Enum.GetNames(type);
        var name = names.FirstOrDefault(candidate => candidate.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = name is null ? null : Enum.Parse(type, name);
        problem = value is null ? $"must be one of {string.Join(", ", names)}{Suggestion.For(text, names)}" : null;
        return value is not null;
    }
}
