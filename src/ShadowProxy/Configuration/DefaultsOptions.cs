namespace ShadowProxy.Configuration;

/// <summary>What holds for clusters and routes that do not say otherwise.</summary>
public sealed class DefaultsOptions : ClusterOptions
{
    /// <inheritdoc cref="RouteOptions.Signature"/>
    [Template]
    public string? Signature { get; set; }

    /// <inheritdoc cref="RouteOptions.Idle"/>
    [Duration("00:00:01", "30.00:00:00")]
    public TimeSpan? Idle { get; set; }

    /// <inheritdoc cref="RouteOptions.Lifetime"/>
    [Duration("00:00:01", "365.00:00:00")]
    public TimeSpan? Lifetime { get; set; }

    /// <inheritdoc cref="RouteOptions.Retention"/>
    [Duration("00:00:00", "365.00:00:00")]
    public TimeSpan? Retention { get; set; }

    /// <inheritdoc cref="RouteOptions.InFlight"/>
    public InFlightMode? InFlight { get; set; }

    /// <inheritdoc cref="RouteOptions.Hedging"/>
    public bool? Hedging { get; set; }

    /// <inheritdoc cref="RouteOptions.IdempotencyHeader"/>
    public string? IdempotencyHeader { get; set; }

    /// <inheritdoc cref="RouteOptions.ReplayBodyLimit"/>
    [Count(0, 16 * 1024 * 1024)]
    public int? ReplayBodyLimit { get; set; }

    /// <inheritdoc cref="RouteOptions.RetryWithin"/>
    public RetryRange? RetryWithin { get; set; }

    /// <inheritdoc cref="RouteOptions.DrainTimeout"/>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan? DrainTimeout { get; set; }
}
