namespace ShadowProxy.Configuration;

/// <summary>
/// The gRPC health protocol, <c>grpc.health.v1.Health</c>: nodes are watched or, where they know no <c>Watch</c>, asked again and again.
/// A node that is not serving takes no flows until it says that it serves.
/// </summary>
public sealed class GrpcHealthOptions
{
    /// <summary>The port of the service.</summary>
    /// <value>1 to 65535. Default: the node's own.</value>
    [Count(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Which service is asked after.</summary>
    /// <value>At most 100 characters. Default: empty, the whole server.</value>
    [TextLength(100)]
    public string? Service { get; set; }

    /// <summary>The time between two questions where nodes know no <c>Watch</c>.</summary>
    /// <value>100 ms to 1 h; zero never. Default: 1 s.</value>
    [Duration("00:00:00.1", "01:00:00", OrZero = true)]
    public TimeSpan? Interval { get; set; }
}
