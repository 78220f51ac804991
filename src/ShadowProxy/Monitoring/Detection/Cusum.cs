namespace ShadowProxy.Monitoring.Detection;

/// <summary>
/// A one-sided cumulative sum (Page 1954): grows while a value stays above what chance explains, however little, and so sees slow shifts
/// that no single sample shows.
/// </summary>
/// <param name="slack">What chance explains of a value.</param>
/// <param name="stepLimit">The most that a value counts: a spike is no shift.</param>
/// <param name="highest">Where the sum stops growing, so that it comes down again in time.</param>
internal struct Cusum(double slack, double stepLimit, double highest)
{
    /// <summary>The sum, from 0.</summary>
    public double Value { get; private set; }

    /// <summary>Takes in a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="weight">For how many it stands.</param>
    public double Add(double value, double weight) =>
        Value = Math.Clamp(Value + (weight * (Math.Min(value, stepLimit) - slack)), 0, highest);
}
