namespace ShadowProxy.Monitoring;

/// <summary>How far chance alone moves a harm signal that rests on few outcomes.</summary>
internal static class Chance
{
    /// <summary>How many standard errors are left to chance: a signal is looked at more than a thousand independent times an hour.</summary>
    private const double Factor = 5;

    /// <summary>The standard deviation of the logarithm of one latency, as services commonly show it.</summary>
    private const double LogScatter = 0.6;

    /// <summary>A move that chance explains.</summary>
    /// <param name="signal">The harm signal.</param>
    /// <param name="normal">Its normal value; NaN = unknown.</param>
    /// <param name="outcomes">How many outcomes it rests on.</param>
    /// <param name="isNormalKnown">False where the normal value is the peers' present one: it is as uncertain as the signal itself.</param>
    public static double Of(Signal signal, double normal, double outcomes, bool isNormalKnown) =>
        Factor * StandardError(signal, double.IsNaN(normal) ? 0 : normal, outcomes) * (isNormalKnown ? 1 : Math.Sqrt(2));

    /// <summary>Of a mean; of a share, with two outcomes added, one of them bad (after Agresti and Coull 1998).</summary>
    private static double StandardError(Signal signal, double normal, double outcomes)
    {
        if (signal == Signal.Latency)
            return LogScatter / Math.Sqrt(Math.Max(1, outcomes));
        var share = ((normal * outcomes) + 1) / (outcomes + 2);
        return Math.Sqrt(share * (1 - share) / (outcomes + 2));
    }
}
