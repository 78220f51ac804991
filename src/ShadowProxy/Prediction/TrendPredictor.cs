namespace ShadowProxy.Prediction;

/// <summary>
/// Extrapolates a signal's trend to a limit. Two lines, over about 1.5 s and 5 s, must agree that it rises: a step shows in the longer
/// one alone, and is no trend. The flatter of the two is believed. Not thread-safe.
/// </summary>
internal sealed class TrendPredictor : IFailurePredictor
{
    /// <summary>How far ahead it looks, seconds.</summary>
    public const double Horizon = Prediction.Forecast.HorizonSeconds;

    /// <summary>How many of its standard errors a slope must be above zero.</summary>
    private const double Significance = 4;

    /// <summary>Part of the longer line's slope that the shorter one must have.</summary>
    private const double Agreement = 0.3;

    private const double LeastScatter = 0.005;
    private const double LeastWeight = 5;

    private TrendLine _short = new(1.5);
    private TrendLine _long = new(5);

    /// <inheritdoc/>
    public void Observe(double value, double seconds)
    {
        _short.Add(value, seconds);
        _long.Add(value, seconds);
    }

    /// <inheritdoc/>
    public (double Probability, double Seconds) Predict(double limit)
    {
        if (_short.Weight < LeastWeight
            || !_long.TryFit(out _, out var slope, out var slopeError, out _)
            || !_short.TryFit(out var level, out var shortSlope, out _, out var scatter))
            return (0, double.NaN);
        if (level >= limit)
            return (1, 0);
        if (slope <= Significance * slopeError || shortSlope < Agreement * slope)
            return (0, double.NaN);

        var believed = Math.Min(slope, shortSlope);
        var spread = Math.Sqrt((scatter * scatter) + (LeastScatter * LeastScatter) + (Horizon * Horizon * slopeError * slopeError));
        return (Normal((level + (believed * Horizon) - limit) / spread), (limit - level) / believed);
    }

    /// <summary>The standard normal distribution (Abramowitz and Stegun 1964, 26.2.17; error below 7.5e-8).</summary>
    private static double Normal(double z)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(z)));
        var tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z >= 0 ? 1 - tail : tail;
    }
}
