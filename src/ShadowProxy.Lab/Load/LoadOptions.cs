namespace ShadowProxy.Lab.Load;

/// <summary>What a load is made of. The same options always give the same requests at the same moments.</summary>
public sealed record LoadOptions
{
    /// <summary>The most requests that one run may plan.</summary>
    public const int MaxRequests = 4_000_000;

    /// <summary>How many client sessions share the requests; 1 or more. Default: 200.</summary>
    public int Sessions { get; init; } = 200;

    /// <summary>Requests a second of all sessions together, as a mean; above 0. Default: 120.</summary>
    public double Rate { get; init; } = 120;

    /// <summary>For how long requests are sent; above zero. Answers that are due by then are waited for.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The share of POSTs, 0 to 1; the rest are GETs. Default: 0.1.</summary>
    public double PostShare { get; init; } = 0.1;

    /// <summary>The seed of all randomness. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>After which time an unanswered request counts as failed. Default: 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range, or over <see cref="MaxRequests"/> requests are due.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Sessions, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Rate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(PostShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PostShare, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Rate * Duration.TotalSeconds, MaxRequests, nameof(Rate));
    }
}
