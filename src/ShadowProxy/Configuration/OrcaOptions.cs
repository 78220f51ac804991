namespace ShadowProxy.Configuration;

/// <summary>ORCA out of band: a stream of load reports over gRPC.</summary>
public sealed class OrcaOptions
{
    /// <summary>The port of the service.</summary>
    /// <value>1 to 65535. Default: the node's own.</value>
    [Count(1, 65535)]
    public int? Port { get; set; }

    /// <summary>How often reports are asked for; a server may send them less often. After three intervals without one the load is unknown.</summary>
    /// <value>100 ms to 1 h; zero never. Default: 1 s.</value>
    [Duration("00:00:00.1", "01:00:00", OrZero = true)]
    public TimeSpan? Interval { get; set; }
}
