namespace ShadowProxy.Monitoring.Detection;

/// <summary>What part of a sample the baselines take on, by the time since the last one.</summary>
/// <param name="Mean">For the mean.</param>
/// <param name="Deviation">For the deviation.</param>
internal readonly record struct DetectorGain(double Mean, double Deviation)
{
    /// <summary>The gains after a time.</summary>
    /// <param name="elapsed">Seconds since the last sample.</param>
    /// <param name="meanSeconds">The mean's time constant.</param>
    /// <param name="deviationSeconds">The deviation's.</param>
    public static DetectorGain After(double elapsed, double meanSeconds, double deviationSeconds) =>
        new(1 - Math.Exp(-elapsed / meanSeconds), 1 - Math.Exp(-elapsed / deviationSeconds));

    /// <summary>While there are few samples, their plain mean.</summary>
    public DetectorGain AtLeast(double part) => new(Math.Max(Mean, part), Math.Max(Deviation, part));
}
