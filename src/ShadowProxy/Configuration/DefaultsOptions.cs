namespace ShadowProxy.Configuration;

/// <summary>What holds for clusters and routes that do not say otherwise.</summary>
public sealed class DefaultsOptions : ClusterOptions
{
    /// <inheritdoc cref="RouteOptions.Signature"/>
    public string? Signature { get; set; }

    /// <inheritdoc cref="RouteOptions.Idle"/>
    public TimeSpan? Idle { get; set; }

    /// <inheritdoc cref="RouteOptions.Lifetime"/>
    public TimeSpan? Lifetime { get; set; }

    /// <inheritdoc cref="RouteOptions.Retention"/>
    public TimeSpan? Retention { get; set; }
}
