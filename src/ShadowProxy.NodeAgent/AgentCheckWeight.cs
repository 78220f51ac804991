using System.Globalization;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// The node is up, with a weight by what is fullest of CPU, memory and the application: 100% up to half full, and in proportion to what is
/// left above that, 10% at least: load alone takes no node out.
/// </summary>
internal sealed class AgentCheckWeight : IAgentCheckRule
{
    private const double FullWeightUpTo = 0.5;
    private const double LeastPercent = 10;

    public string Answer(in LoadSample load)
    {
        var fullest = Math.Max(Known(load.Cpu), Math.Max(Known(load.Memory), Known(load.Application)));
        var left = (1 - fullest) / (1 - FullWeightUpTo);
        return string.Create(CultureInfo.InvariantCulture, $"up ready {Math.Clamp(100 * left, LeastPercent, 100):F0}%");
    }

    private static double Known(double utilization) => double.IsNaN(utilization) ? 0 : utilization;
}
