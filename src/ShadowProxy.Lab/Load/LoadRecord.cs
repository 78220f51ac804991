namespace ShadowProxy.Lab.Load;

/// <summary>What became of one request of a load.</summary>
/// <param name="At">When it was to be sent, from the start of the load.</param>
/// <param name="Lateness">How long after that it was sent.</param>
/// <param name="Latency">From its intended time to the end of its answer, or to its failure.</param>
/// <param name="IsPost">True for a POST, false for a GET.</param>
/// <param name="Failure">What it died of, as in <see cref="LoadStatus.Failures"/>; null where it was answered.</param>
/// <param name="Backend">The backend that answered; null where it failed, or the backend did not say its name.</param>
/// <param name="LeftBackend">The backend that its session has left, this being the second answer in a row of its new one; null where it stayed.</param>
/// <param name="IsStray">True where a backend answered that is not its session's: a retry's, a hedge's, or the first of a new one.</param>
public readonly record struct LoadRecord(
    TimeSpan At, TimeSpan Lateness, TimeSpan Latency, bool IsPost, string? Failure, string? Backend, string? LeftBackend, bool IsStray)
{
    /// <summary>True where it was answered, and took longer than <see cref="LoadStatus.SlowAfter"/>.</summary>
    public bool IsSlow => Failure is null && Latency > LoadStatus.SlowAfter;
}
