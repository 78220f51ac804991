namespace ShadowProxy.NodeAgent;

/// <summary>
/// Where the agent's figures of CPU and memory come from. Register one of your own before <c>AddNodeAgent</c> to replace the default,
/// which reads the cgroup, the process and the machine.
/// </summary>
public interface ILoadSource
{
    /// <summary>
    /// Measures the node. Called in the background, four times a second, never by two threads at once. What it throws is logged, and
    /// nothing is reported until it succeeds again.
    /// </summary>
    /// <param name="traffic">What the node serves now.</param>
    LoadSample Sample(in NodeTraffic traffic);
}
