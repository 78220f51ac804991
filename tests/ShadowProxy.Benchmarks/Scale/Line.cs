namespace ShadowProxy.Benchmarks.Scale;

/// <summary>The straight line nearest to points, by least squares.</summary>
/// <param name="Slope">How much y grows with x.</param>
/// <param name="Intercept">What y is at zero.</param>
/// <param name="Determination">R²: the part of y's variance that the line explains.</param>
internal readonly record struct Line(double Slope, double Intercept, double Determination)
{
    /// <summary>The line through two points or more.</summary>
    public static Line Through(IReadOnlyList<(double X, double Y)> points)
    {
        var x = points.Average(point => point.X);
        var y = points.Average(point => point.Y);
        var xy = points.Sum(point => (point.X - x) * (point.Y - y));
        var xx = points.Sum(point => (point.X - x) * (point.X - x));
        var yy = points.Sum(point => (point.Y - y) * (point.Y - y));
        return new Line(xy / xx, y - (xy / xx * x), yy == 0 ? 1 : xy * xy / (xx * yy));
    }
}
