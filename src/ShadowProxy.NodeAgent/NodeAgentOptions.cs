namespace ShadowProxy.NodeAgent;

/// <summary>What the agent reports beside CPU, memory, rates and requests in flight.</summary>
public sealed class NodeAgentOptions
{
    /// <summary>How often the node is measured. Default 250 ms; from 10 ms to 1 min.</summary>
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The application's own utilisations, 0 to 1 each: queues, pools, quotas. Each is asked once a sample, and reported as
    /// <c>utilization.NAME</c>. A name has no comma, colon, equals sign or white space. NaN, infinite and negative values are left out.
    /// </summary>
    public IDictionary<string, Func<double>> Utilization { get; } = new Dictionary<string, Func<double>>(StringComparer.Ordinal);
}
