namespace ShadowProxy.Prediction;

/// <summary>
/// Foresees what becomes of one signal of one node. The Flow Monitor's thread alone calls it.
/// </summary>
internal interface IFailurePredictor
{
    /// <summary>Takes in a sample.</summary>
    /// <param name="value">The signal's value.</param>
    /// <param name="seconds">The monitor's time; never goes back.</param>
    void Observe(double value, double seconds);

    /// <summary>Foresees when the signal reaches a limit.</summary>
    /// <param name="limit">The value from which on the node is expected to serve badly.</param>
    /// <returns>The probability that it gets there within the horizon, and the expected time; <see cref="double.NaN"/> where it is not heading there.</returns>
    (double Probability, double Seconds) Predict(double limit);
}
