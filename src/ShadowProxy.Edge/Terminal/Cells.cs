using System.Globalization;
using Spectre.Console;

namespace ShadowProxy.Edge.Terminal;

/// <summary>What the pictures in a terminal are made of.</summary>
internal static class Cells
{
    /// <summary>The width of a bar.</summary>
    public const int BarWidth = 6;

    /// <summary>A table without borders.</summary>
    public static Table Columns(params ReadOnlySpan<(string Header, int Width)> columns)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var (header, width) in columns)
            table.AddColumn(Column(header, width));
        return table;
    }

    /// <summary>A column of a fixed width.</summary>
    public static TableColumn Column(string header, int width) =>
        new TableColumn(new Text(header, new Style(decoration: Decoration.Bold))) { Width = width, NoWrap = true, Padding = new Padding(0) };

    /// <summary>A share as a bar and in per cent; a dash where it is not known.</summary>
    public static Markup Share(double share)
    {
        if (double.IsNaN(share))
            return new Markup("–");
        var color = share >= 1 ? "green" : share > 0 ? "yellow" : "red";
        return new Markup($"[{color}]{Bar(share, BarWidth)}[/] {share * 100:0}%");
    }

    /// <summary>A bar that is filled so far.</summary>
    public static string Bar(double share, int width)
    {
        var filled = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return new string('█', filled) + new string('░', width - filled);
    }

    /// <summary>A number; a dash where it is not known.</summary>
    public static Text Number(double value, string format) => new(double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture));

    /// <summary>A text cut to one line: a picture whose height changes would flicker.</summary>
    public static Text Line(string text, Color color, int width) => new(text.Length < width ? text : $"{text[..(width - 2)]}…", color);
}
