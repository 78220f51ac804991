using System.Globalization;
using ShadowProxy.Benchmarks.Cost.Reporting;

namespace ShadowProxy.Benchmarks.Scale.Reporting;

/// <summary>What one part of <c>scale</c> found.</summary>
/// <param name="Name">What <c>--parts</c> calls it.</param>
/// <param name="Title">What it asks.</param>
/// <param name="Method">How it was measured, and what follows from all rows together.</param>
/// <param name="Rows">What was found, each row with the same figures.</param>
internal sealed record ScaleSection(string Name, string Title, string Method, IReadOnlyList<ScaleRow> Rows)
{
    /// <summary>The rows in Markdown.</summary>
    public string ToTable() => MarkdownTable.Write(
    [
        ["", .. Rows[0].Figures.Select(figure => figure.Name)],
        .. Rows.Select(row => (string[])[row.Name, .. row.Figures.Select(figure => figure.ToString())]),
    ]);
}

/// <summary>One line of a section.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Figures">What came out.</param>
internal sealed record ScaleRow(string Name, params IReadOnlyList<ScaleFigure> Figures);

/// <summary>A number that was measured.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Value">The number; NaN where there is none.</param>
/// <param name="Digits">How many digits after the point say something.</param>
internal readonly record struct ScaleFigure(string Name, double Value, int Digits = 0)
{
    /// <inheritdoc/>
    public override string ToString() => double.IsNaN(Value) ? "–" : Value.ToString($"N{Digits}", CultureInfo.InvariantCulture);
}
