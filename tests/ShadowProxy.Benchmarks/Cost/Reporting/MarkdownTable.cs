namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>Tables in Markdown, padded, so that they read well on a terminal too.</summary>
internal static class MarkdownTable
{
    /// <summary>Writes a table: names in the first column, numbers in the others.</summary>
    /// <param name="lines">The head, and the lines below it; all of the same length.</param>
    public static string Write(IReadOnlyList<string[]> lines)
    {
        var widths = lines[0].Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var rule = widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":");
        return string.Join('\n', [Padded(lines[0]), Joined(rule), .. lines.Skip(1).Select(Padded)]);

        string Padded(string[] line) =>
            Joined(line.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));

        static string Joined(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
    }
}
