using System.Text;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>Draws a series into a box of <see cref="Width"/> by <see cref="Height"/>, from 0 at the bottom to the highest value at the top.</summary>
internal static class SparkLine
{
    /// <summary>The box's width.</summary>
    public const int Width = 100;

    /// <summary>The box's height.</summary>
    public const int Height = 30;

    private const double Margin = 1;

    /// <summary>How many of the newest values are drawn.</summary>
    private const int Drawn = 60;

    /// <summary>The points of a series, oldest first; what is not known is left out.</summary>
    /// <param name="series">A value a second; null where there is none.</param>
    /// <param name="least">The top stands for this much at least, so that small changes look small.</param>
    public static string Points(IReadOnlyList<float>? series, double least)
    {
        var points = new StringBuilder();
        float[] values = series is null ? [] : [.. series.TakeLast(Drawn)];
        var top = values.Where(float.IsFinite).Append((float)least).Max();
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                continue;
            if (points.Length > 0)
                points.Append(' ');
            // The newest is always at the right, however short the past is.
            var x = Width - ((values.Length - 1 - i) * (double)Width / (Drawn - 1));
            var y = Height - Margin - (values[i] / top * (Height - (2 * Margin)));
            points.Append(Show.Coordinate(x)).Append(',').Append(Show.Coordinate(y));
        }

        return points.ToString();
    }
}
