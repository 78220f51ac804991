using System.Globalization;
using System.Text;

namespace ShadowProxy.Tests.Simulation;

/// <summary>A run as a picture: how busy each node is, and the admitted share of the one that sickens, over time.</summary>
internal sealed class SimulationChart(string title)
{
    private const int Left = 46;
    private const int Top = 64;
    private const int Width = 860;
    private const int Height = 300;

    private static readonly string[] Colours = ["#d1342f", "#1f5fa8", "#2e8b57", "#b9a44c", "#8c6d1f", "#9a9a9a"];

    private readonly List<(string Name, string Dashes, List<(double Seconds, double Value)> Points)> _lines = [];
    private readonly List<(double Seconds, string Text)> _marks = [];

    /// <summary>Begins a line.</summary>
    /// <returns>Where its points are to be added: seconds, and a value from 0 to 1.</returns>
    public List<(double Seconds, double Value)> Line(string name, bool dashed = false)
    {
        var points = new List<(double, double)>();
        _lines.Add((name, dashed ? "5 4" : "none", points));
        return points;
    }

    /// <summary>Names a moment.</summary>
    public void Mark(double seconds, string text) => _marks.Add((seconds, text));

    /// <summary>Draws it.</summary>
    /// <returns>An SVG document.</returns>
    public string Draw()
    {
        var seconds = _lines.Max(line => line.Points.Max(point => point.Seconds));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 20} {Top + Height + 50}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="10" y="22" font-size="15" font-weight="600">{title}</text>

            """);
        for (var part = 0; part <= 4; part++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                <path d="M{Left} {Y(part / 4.0)}h{Width}" stroke="#ddd"/><text x="{Left - 6}" y="{Y(part / 4.0) + 4}" text-anchor="end">{25 * part}%</text>
                <text x="{Left + (part * Width / 4)}" y="{Top + Height + 18}" text-anchor="middle">{seconds * part / 4:0} s</text>

                """);
        }

        foreach (var (at, text) in _marks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                <path d="M{X(at):0.0} {Top}v{Height}" stroke="#888" stroke-dasharray="2 3"/><text x="{X(at) + 4:0.0}" y="{Top + 12}">{text}</text>

                """);
        }

        for (var i = 0; i < _lines.Count; i++)
        {
            var (name, dashes, points) = _lines[i];
            var colour = dashes == "none" ? Colours[i % Colours.Length] : Colours[0];
            var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Seconds):0.0},{Y(point.Value):0.0}")));
            svg.Append(CultureInfo.InvariantCulture, $"""
                <polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-dasharray="{dashes}"/>
                <path d="M{Left + (i * 170)} 42h18" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/><text x="{Left + 24 + (i * 170)}" y="46">{name}</text>

                """);
        }

        return svg.Append("</svg>\n").ToString();

        double X(double at) => Left + (at / seconds * Width);
        static double Y(double value) => Top + (Height * (1 - Math.Min(1, value)));
    }
}
