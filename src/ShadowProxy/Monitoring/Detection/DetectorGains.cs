namespace ShadowProxy.Monitoring.Detection;

/// <summary>The gains of the three horizons. Deviations are taken over longer than means: what recurs within days is usual.</summary>
/// <param name="Fast">Minutes: sudden changes.</param>
/// <param name="Hours">Two hours: what is unusual for this time.</param>
/// <param name="Day">A day: what is unusual at all.</param>
internal readonly record struct DetectorGains(DetectorGain Fast, DetectorGain Hours, DetectorGain Day)
{
    private const double Minute = 60;
    private const double Hour = 60 * Minute;

    /// <summary>The gains after a time.</summary>
    /// <param name="elapsed">Seconds since the last sample.</param>
    public static DetectorGains After(double elapsed) => new(
        DetectorGain.After(elapsed, 10 * Minute, 24 * Hour),
        DetectorGain.After(elapsed, 2 * Hour, 24 * Hour),
        DetectorGain.After(elapsed, 24 * Hour, 3 * 24 * Hour));

    /// <summary>While there are few samples, their plain mean.</summary>
    public DetectorGains AtLeast(double part) => new(Fast.AtLeast(part), Hours.AtLeast(part), Day.AtLeast(part));
}
