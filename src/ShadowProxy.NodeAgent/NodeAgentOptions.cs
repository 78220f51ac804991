using System.Net;

namespace ShadowProxy.NodeAgent;

/// <summary>What the agent reports beside CPU, memory, rates and requests in flight, where, and how the node stops.</summary>
public sealed class NodeAgentOptions
{
    /// <summary>How often the node is measured. Default 250 ms; from 10 ms to 1 min.</summary>
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The application's own utilisations, 0 to 1 each: queues, pools, quotas. Each is asked once a sample, and reported as
    /// <c>utilization.NAME</c>. A name has no comma, colon, equals sign or white space, and is neither <c>gc_pause</c> nor <c>heap</c>. What is
    /// over 1 is reported as 1; NaN, infinite and negative values are left out.
    /// </summary>
    public IDictionary<string, Func<double>> Utilization { get; } = new Dictionary<string, Func<double>>(StringComparer.Ordinal);

    /// <summary>Port where the node answers HAProxy's <c>agent-check</c>; null (default) = nowhere. From 1 to 65535.</summary>
    public int? AgentCheckPort { get; set; }

    /// <summary>Address of that port. Default 127.0.0.1; where proxies are on other machines, <see cref="IPAddress.Any"/>.</summary>
    public IPAddress AgentCheckAddress { get; set; } = IPAddress.Loopback;

    /// <summary>
    /// When the host is told to stop, announce it and serve on until the node is empty, <see cref="DrainTimeout"/> at most; the host's own
    /// shutdown time comes on top. Default false.
    /// </summary>
    public bool DrainOnShutdown { get; set; }

    /// <summary>
    /// How long a shutdown, or a call of the drain endpoint, waits for the node to be empty. Default 25 s, which fits into the 30 s that
    /// Kubernetes grants; from 0 to 1 h.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long no request may have arrived before the node counts as empty. Default 2 s; from 0 to 10 min.</summary>
    public TimeSpan DrainQuiet { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Who may call the drain endpoint, beside this machine itself: such as the network of the kubelets. Default: nobody.</summary>
    public IList<IPNetwork> DrainFrom { get; } = [];
}
