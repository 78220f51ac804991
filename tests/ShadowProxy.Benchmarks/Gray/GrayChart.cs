using System.Globalization;
using System.Security;
using System.Text;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>The main table as a picture: for each fault a bar for each proxy, all on one linear scale, each with its number.</summary>
internal static class GrayChart
{
    private const int Left = 150;
    private const int Plot = 560;
    private const int Width = Left + Plot + 90;
    private const int Bar = 12;
    private const int Gap = 14;
    private const int Top = 70;

    /// <summary>Longer bars are cut, so that the short ones can be told apart; their number says what they are.</summary>
    private const double MostPercent = 30;

    private static readonly string[] Colours = ["#1f5fa8", "#7fb0e0", "#2e8b57", "#b9a44c", "#8c6d1f", "#9a9a9a", "#d1342f"];

    /// <summary>Draws it.</summary>
    /// <returns>An SVG document.</returns>
    public static string Draw(GrayReport report)
    {
        var cells = report.Faults.SelectMany(fault => report.Proxies.Select(proxy => report[fault, proxy]?.BadPercent ?? 0)).ToList();
        var scale = Plot / Math.Clamp(cells.DefaultIfEmpty(1).Max(), 1, MostPercent);
        var group = (report.Proxies.Count * Bar) + Gap;
        var height = Top + (report.Faults.Count * group) + 10;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
            <rect width="{Width}" height="{height}" fill="#fff"/>
            <text x="10" y="22" font-size="15" font-weight="600">Requests that failed or took over 100 ms after the fault, %</text>
            """);
        AppendLegend(svg, report.Proxies);
        for (var row = 0; row < report.Faults.Count; row++)
            AppendGroup(svg, report, report.Faults[row], Top + (row * group), scale);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void AppendLegend(StringBuilder svg, IReadOnlyList<string> proxies)
    {
        for (var i = 0; i < proxies.Count; i++)
        {
            var x = 10 + (i * (Width - 20) / proxies.Count);
            svg.AppendLine(CultureInfo.InvariantCulture, $"""
                <rect x="{x}" y="38" width="10" height="10" fill="{Colours[i % Colours.Length]}"/><text x="{x + 14}" y="47">{SecurityElement.Escape(proxies[i])}</text>
                """);
        }
    }

    private static void AppendGroup(StringBuilder svg, GrayReport report, string fault, int top, double scale)
    {
        svg.AppendLine(CultureInfo.InvariantCulture, $"""
            <text x="{Left - 10}" y="{top + (report.Proxies.Count * Bar / 2) + 4}" text-anchor="end" font-size="13">{SecurityElement.Escape(fault)}</text>
            """);
        for (var i = 0; i < report.Proxies.Count; i++)
        {
            if (report[fault, report.Proxies[i]] is not { } figures)
                continue;
            var cut = figures.BadPercent > MostPercent;
            var width = Math.Min(figures.BadPercent, MostPercent) * scale;
            svg.AppendLine(CultureInfo.InvariantCulture, $"""
                <rect x="{Left}" y="{top + (i * Bar)}" width="{width:F1}" height="{Bar - 2}" fill="{Colours[i % Colours.Length]}"/><text x="{Left + width + 4:F1}" y="{top + (i * Bar) + 9}" font-size="10">{(cut ? "» " : "")}{figures.BadPercent:F1}</text>
                """);
        }
    }
}
