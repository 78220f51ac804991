namespace ShadowProxy.Monitoring.Detection;

/// <summary>
/// Makes one alarm of a score that hovers about its threshold: raised when the score crosses it, and again only when it climbs a good
/// deal higher, or has been well below for a while.
/// </summary>
internal struct AlarmLatch
{
    /// <summary>Below this part of the threshold the score is well again.</summary>
    public const double Release = 0.7;

    /// <summary>Well for this long, it may be raised again.</summary>
    public const double RearmSeconds = 7200;

    /// <summary>A score this many times as high as any since the last alarm is news.</summary>
    public const double Escalation = 1.2;

    private double _peak;
    private double _unwellAt;

    /// <summary>Whether an alarm stands.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Takes in a score.</summary>
    /// <param name="ratio">The score over the threshold.</param>
    /// <param name="seconds">When; never before the last one.</param>
    /// <returns>True where an alarm is raised.</returns>
    public bool Add(double ratio, double seconds)
    {
        if (IsActive && seconds - _unwellAt >= RearmSeconds)
            IsActive = false;
        if (ratio >= Release)
            _unwellAt = seconds;
        var raised = ratio >= (IsActive ? Math.Max(1, Escalation * _peak) : 1);
        if (raised || (IsActive && ratio > _peak))
            _peak = ratio;
        IsActive |= raised;
        return raised;
    }
}
