namespace ShadowProxy.Configuration;

/// <summary>How nodes are asked whether they live.</summary>
public sealed class ProbeOptions
{
    /// <summary>The path of an HTTP GET whose 2xx answer means well.</summary>
    /// <value>Default: none; a TCP connect is all that is asked.</value>
    [RequestPath]
    public string? Path { get; set; }

    /// <summary>The time between two probes of a node, jittered by 10%.</summary>
    /// <value>100 ms to 1 h; zero probes never. Default: 1 s.</value>
    [Duration("00:00:00.1", "01:00:00", OrZero = true)]
    public TimeSpan? Interval { get; set; }

    /// <summary>The time after which a probe counts as dead.</summary>
    /// <value>10 ms to 1 min. Default: 1 s.</value>
    [Duration("00:00:00.01", "00:01:00")]
    public TimeSpan? Timeout { get; set; }
}
