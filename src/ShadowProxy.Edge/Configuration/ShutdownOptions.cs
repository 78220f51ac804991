using ShadowProxy.Configuration;

namespace ShadowProxy.Edge.Configuration;

/// <summary>The <c>Shutdown</c> section: how the proxy leaves on SIGTERM or Ctrl-C.</summary>
internal sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>How long it still takes new connections after readiness went off, for load balancers before it to notice.</summary>
    /// <value>0 to 5 min. Default: 1 s.</value>
    [Duration("00:00:00", "00:05:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long requests under way may then take to end.</summary>
    /// <value>0 to 1 h. Default: 30 s.</value>
    [Duration("00:00:00", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
