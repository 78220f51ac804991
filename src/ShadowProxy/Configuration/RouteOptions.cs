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

    /// <summary>What becomes of requests in flight on a node that is evacuated.</summary>
    /// <value>Default: <see cref="InFlightMode.Drain"/>.</value>
    public InFlightMode? InFlight { get; set; }

    /// <summary>Whether a GET or HEAD whose answer is late goes to a second node as well; the first answer counts.</summary>
    /// <value>
    /// Default: true. At most one in twenty of a cluster's requests, and none while it is loaded. Never with <see cref="InFlightMode.Abort"/>.
    /// </value>
    public bool? Hedging { get; set; }

    /// <summary>The header that makes a request repeatable whatever its method, because the nodes know by it what they have done already.</summary>
    /// <value>Usually <c>Idempotency-Key</c>. Default: none; POST and PATCH are never sent twice.</value>
    public string? IdempotencyHeader { get; set; }

    /// <summary>The longest body that is kept until its request is answered, so that the request can be sent again; longer ones are sent once.</summary>
    /// <value>Bytes, 0 to 16 MiB. Default: 64 KiB. All kept bodies of the process hold 64 MiB at most; what comes then is not kept.</value>
    [Count(0, 16 * 1024 * 1024)]
    public int? ReplayBodyLimit { get; set; }

    /// <summary>How far from this proxy a request may be sent again: by a retry, a replay or a hedge.</summary>
    /// <value>Default: <see cref="RetryRange.Any"/>. Nodes whose place is unknown are in every range; so are all where this proxy's own place is.</value>
    public RetryRange? RetryWithin { get; set; }

    /// <summary>How long WebSockets, event streams, gRPC calls and uploads of over 64 KiB may stay on a node that takes no flows any more.</summary>
    /// <value>0 to 1 d. Default: 30 s. A node that is evacuated on a forecast alone has nothing ended.</value>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan? DrainTimeout { get; set; }
}

/// <summary>How far from this proxy a request may be sent again.</summary>
public enum RetryRange
{
    /// <summary>To nodes on this proxy's host.</summary>
    Host,

    /// <summary>To nodes in its zone.</summary>
    Zone,

    /// <summary>To nodes in its region.</summary>
    Region,

    /// <summary>To all nodes of the cluster, nearer ones first.</summary>
    Any,
}

/// <summary>What becomes of requests in flight on a node that is evacuated.</summary>
public enum InFlightMode
{
    /// <summary>
    /// They end there; streams have the drain time-out. Those that may be repeated and wait for their answer leave a node that is found dead at once.
    /// </summary>
    Drain,

    /// <summary>
    /// Those that may be repeated and wait for their answer go to the best shadow also as soon as the node takes no flows any more, unless it is
    /// evacuated on a forecast alone; the others end there, as with <see cref="Drain"/>.
    /// </summary>
    Replay,

    /// <summary>They are ended as soon as the node takes no flows any more, unless it is evacuated on a forecast alone. None is sent twice.</summary>
    Abort,
}
