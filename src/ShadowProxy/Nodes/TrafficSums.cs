namespace ShadowProxy.Nodes;

/// <summary>Sums over outcomes, each weighing less with age.</summary>
internal struct TrafficSums
{
    /// <summary>The time constant of the recent sums.</summary>
    public const double RecentSeconds = 2.5;

    /// <summary>The time constant of the longer sums.</summary>
    public const double LongerSeconds = 30;

    /// <summary>Outcomes.</summary>
    public double Count;

    /// <summary>Outcomes that speak against the node.</summary>
    public double Errors;

    /// <summary>Outcomes with a latency.</summary>
    public double Timed;

    /// <summary>Latencies, milliseconds.</summary>
    public double LatencyMs;

    /// <summary>Logarithms of latency over norm.</summary>
    public double LogRatio;

    /// <summary>Very slow answers.</summary>
    public double VerySlow;

    /// <summary>Adds other sums.</summary>
    public void Add(in TrafficSums other)
    {
        Count += other.Count;
        Errors += other.Errors;
        Timed += other.Timed;
        LatencyMs += other.LatencyMs;
        LogRatio += other.LogRatio;
        VerySlow += other.VerySlow;
    }

    /// <summary>Multiplies all.</summary>
    public void Scale(double factor)
    {
        Count *= factor;
        Errors *= factor;
        Timed *= factor;
        LatencyMs *= factor;
        LogRatio *= factor;
        VerySlow *= factor;
    }
}
