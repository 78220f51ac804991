namespace ShadowProxy.Prediction;

/// <summary>What is foreseen of a node.</summary>
/// <param name="Signal">The signal that the forecast rests on; empty where nothing is foreseen.</param>
/// <param name="Probability">That the node fails or degrades within the horizon, 0 to 1.</param>
/// <param name="SecondsToSymptom">The expected time until then; NaN where nothing is foreseen.</param>
/// <param name="Value">The signal's present value.</param>
/// <param name="Limit">The limit that it is heading for.</param>
public readonly record struct Forecast(string Signal, double Probability, double SecondsToSymptom, double Value, double Limit)
{
    /// <summary>How far ahead is looked, seconds.</summary>
    public const double HorizonSeconds = 30;

    /// <summary>Nothing is foreseen.</summary>
    public static Forecast None => new("", 0, double.NaN, double.NaN, double.NaN);
}
