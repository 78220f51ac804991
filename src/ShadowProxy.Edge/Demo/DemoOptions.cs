using ShadowProxy.Lab.Faults;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Edge.Demo;

/// <summary>What the demo shows.</summary>
/// <param name="Scenario">What befalls the backends.</param>
/// <param name="Load">What the clients send; its duration and seed are the run's.</param>
/// <param name="Port">The proxy's port on loopback; 0 takes any that is free.</param>
internal sealed record DemoOptions(Scenario Scenario, LoadOptions Load, int Port)
{
    /// <summary>How many backends there are.</summary>
    public const int Backends = 4;
}
