using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowProxy.Signals.Metrics;

/// <summary>
/// One line of metrics in the text formats of Prometheus (0.0.4) and OpenMetrics (1.0): a name, labels, a value; a timestamp and an exemplar
/// are passed over. Spans of the line that it was read from.
/// </summary>
internal ref struct ExpositionSample
{
    private const int MostLabels = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:");

    /// <summary>The name of the series.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>What stands between the braces.</summary>
    public ReadOnlySpan<char> Labels { get; private set; }

    /// <summary>The value; any double.</summary>
    public double Value { get; private set; }

    /// <summary>Reads a line that is neither empty nor a comment.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="sample">What it says.</param>
    /// <param name="error">Where it says nothing: what is wrong with it.</param>
    public static bool TryRead(ReadOnlySpan<char> line, out ExpositionSample sample, [NotNullWhen(false)] out string? error)
    {
        sample = default;
        var name = TakeName(ref line);
        if (name.IsEmpty)
        {
            error = line.IsEmpty ? "the line is empty" : $"'{LoadReportBuilder.Quote(line)}' begins with no metric's name";
            return false;
        }

        line = line.TrimStart(" \t");
        var labels = ReadOnlySpan<char>.Empty;
        if (line is ['{', ..] && !TryTakeLabels(ref line, out labels))
        {
            error = $"the labels of '{LoadReportBuilder.Quote(name)}' cannot be read";
            return false;
        }

        line = line.TrimStart(" \t");
        var end = line.IndexOfAny(' ', '\t');
        if (!TryReadValue(end < 0 ? line : line[..end], out var value))
        {
            error = $"the value of '{LoadReportBuilder.Quote(name)}' is no number";
            return false;
        }

        sample = new ExpositionSample { Name = name, Labels = labels, Value = value };
        error = null;
        return true;
    }

    /// <summary>Whether a label has a value; one that is not there has the empty value.</summary>
    public readonly bool Has(string label, string value)
    {
        var rest = Labels;
        while (TryTakeLabel(ref rest, out var name, out var quoted))
        {
            if (name.SequenceEqual(label))
                return quoted.Contains('\\') ? Unescape(quoted) == value : quoted.SequenceEqual(value);
        }

        return value.Length == 0;
    }

    /// <summary>The labels and their values.</summary>
    public readonly IReadOnlyList<(string Label, string Value)> ReadLabels()
    {
        var labels = new List<(string, string)>();
        var rest = Labels;
        while (TryTakeLabel(ref rest, out var name, out var quoted))
            labels.Add((name.ToString(), Unescape(quoted)));
        return labels;
    }

    private static ReadOnlySpan<char> TakeName(scoped ref ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAnyExcept(NameCharacters) is >= 0 and var other ? other : line.Length;
        var name = line[..end];
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
            return [];
        line = line[end..];
        return name;
    }

    private static bool TryTakeLabels(scoped ref ReadOnlySpan<char> line, out ReadOnlySpan<char> labels)
    {
        var rest = line[1..];
        labels = rest;
        for (var count = 0; count <= MostLabels; count++)
        {
            rest = rest.TrimStart(" \t");
            if (rest is ['}', ..])
            {
                labels = labels[..^rest.Length];
                line = rest[1..];
                return true;
            }

            if (!TryTakeLabel(ref rest, out _, out _))
                return false;
        }

        return false;
    }

    /// <summary>Takes <c>name="value"</c>, and the comma behind it.</summary>
    private static bool TryTakeLabel(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> quoted)
    {
        quoted = [];
        rest = rest.TrimStart(" \t");
        name = TakeName(ref rest);
        rest = rest.TrimStart(" \t");
        if (name.IsEmpty || rest is not ['=', ..])
            return false;
        rest = rest[1..].TrimStart(" \t");
        if (rest is not ['"', ..])
            return false;
        rest = rest[1..];
        var end = 0;
        while (end < rest.Length && rest[end] != '"')
            end += rest[end] == '\\' ? 2 : 1;
        if (end >= rest.Length)
            return false;
        quoted = rest[..end];
        rest = rest[(end + 1)..].TrimStart(" \t");
        if (rest is [',', ..])
            rest = rest[1..];
        else if (rest is not (['}', ..] or []))
            return false;
        return true;
    }

    private static string Unescape(ReadOnlySpan<char> quoted)
    {
        var text = new char[quoted.Length];
        var length = 0;
        for (var i = 0; i < quoted.Length; i++)
        {
            var escaped = quoted[i] == '\\' && i + 1 < quoted.Length ? quoted[++i] : '\0';
            text[length++] = escaped switch { '\0' => quoted[i], 'n' => '\n', _ => escaped };
        }

        return new string(text, 0, length);
    }

    private static bool TryReadValue(ReadOnlySpan<char> text, out double value)
    {
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        if (digits.Equals("inf", StringComparison.OrdinalIgnoreCase))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (digits.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }
}
