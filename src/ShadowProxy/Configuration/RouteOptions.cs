namespace ShadowProxy.Configuration;

/// <summary>What a route may set. A key left out takes its value from <see cref="ShadowingOptions.Defaults"/>.</summary>
public sealed class RouteOptions
{
    /// <summary>The signature template: which facts of a request make it part of one flow.</summary>
    /// <value>Components joined by <c>+</c>, alternatives by <c>|</c>. Default: the well-known session cookies, <c>header:Authorization</c>, <c>connection</c>.</value>
    [Template]
    public string? Signature { get; set; }

    /// <summary>How long a flow lives without a request.</summary>
    /// <value>1 s to 30 d. Default: 10 min.</value>
    [Duration("00:00:01", "30.00:00:00")]
    public TimeSpan? Idle { get; set; }

    /// <summary>How long a flow lives at most.</summary>
    /// <value>1 s to 365 d. Default: without end.</value>
    [Duration("00:00:01", "365.00:00:00")]
    public TimeSpan? Lifetime { get; set; }

    /// <summary>How long after its end a flow's shadows are remembered.</summary>
    /// <value>0 to 365 d. Default: 1 h.</value>
    [Duration("00:00:00", "365.00:00:00")]
    public TimeSpan? Retention { get; set; }
}
