namespace ShadowProxy.Configuration;

/// <summary>How nodes are asked whether they live.</summary>
public sealed class ProbeOptions
{
    /// <summary>
    /// The path of an HTTP GET, in the version of HTTP that requests have. An answer by ASP.NET Core's health checks, as text or as JSON, is
    /// understood: a node that is <c>Degraded</c> lives, and gets fewer new flows; one that is <c>Unhealthy</c> counts as dead.
    /// </summary>
    /// <value>Default: none; a TCP connect is all that is asked.</value>
    [RequestPath]
    public string? Path { get; set; }

    /// <summary>The statuses that mean well: numbers and ranges, set apart by commas.</summary>
    /// <value>100 to 599. Default: <c>200-299</c>.</value>
    [Statuses]
    public string? Status { get; set; }

    /// <summary>What must stand in the answer, in its first 64 KiB, as it is written here.</summary>
    /// <value>At most 200 characters. Default: none; any answer will do.</value>
    [TextLength(200)]
    public string? Body { get; set; }

    /// <summary>The time between two probes of a node, jittered by 10%.</summary>
    /// <value>100 ms to 1 h; zero probes never. Default: 1 s.</value>
    [Duration("00:00:00.1", "01:00:00", OrZero = true)]
    public TimeSpan? Interval { get; set; }

    /// <summary>The time after which a probe counts as dead.</summary>
    /// <value>10 ms to 1 min. Default: 1 s.</value>
    [Duration("00:00:00.01", "00:01:00")]
    public TimeSpan? Timeout { get; set; }
}
