namespace ShadowProxy.Prediction;

/// <summary>
/// The value of a signal from which on a node is expected to serve badly. Starts at 0.9, rises to what the node has carried for half a
/// minute without harm, falls to where it has shown harm. Not thread-safe.
/// </summary>
/// <param name="highest">What it never rises above but at once: memory that creeps up is no proof that it may go on.</param>
internal sealed class LearnedLimit(double highest = double.PositiveInfinity)
{
    private const double Initial = 0.9;
    private const double Margin = 0.05;
    private const double Lowest = 0.5;
    private const double ProvenAfterSeconds = 30;

    private double _aboveSince = double.NaN;

    /// <summary>The limit in force.</summary>
    public double Value { get; private set; } = Initial;

    /// <summary>The node carries a value and does well.</summary>
    /// <param name="value">The signal's value.</param>
    /// <param name="seconds">The monitor's time.</param>
    /// <param name="atOnce">True while the node is new: what it starts with is what it is used to.</param>
    public void Well(double value, double seconds, bool atOnce)
    {
        if (value < Value - Margin)
        {
            _aboveSince = double.NaN;
            return;
        }

        if (double.IsNaN(_aboveSince))
            _aboveSince = seconds;
        if (atOnce || seconds - _aboveSince >= ProvenAfterSeconds)
            Value = Math.Max(Value, Math.Min(value + Margin, atOnce ? double.PositiveInfinity : highest));
    }

    /// <summary>The node shows harm at a value well above its normal one.</summary>
    public void Harmed(double value) => Value = Math.Min(Value, Math.Max(Lowest, value));
}
