namespace ShadowProxy.Migration;

/// <summary>How fast flows leave a node.</summary>
internal static class Ramp
{
    /// <summary>The slowest, seconds: there is time.</summary>
    public const double Longest = 10;

    private const double Shortest = 1;
    private const double Short = 2;

    /// <summary>Seconds from the first flow to the last.</summary>
    /// <param name="reason">Why they leave.</param>
    /// <param name="secondsToSymptom">The forecast; NaN where there is none.</param>
    public static double Of(MigrationReason reason, double secondsToSymptom) => reason switch
    {
        MigrationReason.Degraded or MigrationReason.Drained => Short,
        MigrationReason.Predicted when !double.IsNaN(secondsToSymptom) => Math.Clamp(secondsToSymptom / 2, Shortest, Longest),
        _ => Longest,
    };
}
