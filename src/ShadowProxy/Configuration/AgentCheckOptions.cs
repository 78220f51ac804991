namespace ShadowProxy.Configuration;

/// <summary>
/// HAProxy's agent-check: a port of the node that answers each connection with a line, such as <c>up 80%</c>, <c>drain</c> or
/// <c>down # out of disk</c>. What a line leaves out stays as it was, and only the agent undoes what it did.
/// </summary>
public sealed class AgentCheckOptions
{
    /// <summary>The port of the agents; a destination's <c>Metadata:AgentPort</c> says it for that node alone.</summary>
    /// <value>1 to 65535. Default: none; nodes are asked that have an <c>AgentPort</c>.</value>
    [Count(1, 65535)]
    public int? Port { get; set; }

    /// <summary>The time between two questions, jittered by 10%.</summary>
    /// <value>100 ms to 1 h; zero never. Default: 2 s.</value>
    [Duration("00:00:00.1", "01:00:00", OrZero = true)]
    public TimeSpan? Interval { get; set; }
}
