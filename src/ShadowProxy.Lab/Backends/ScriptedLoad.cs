using ShadowProxy.Lab.Faults;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// The load that a backend pretends to. With x = its requests a second over its fair share of them:
/// <c>cpu = idle + (normal − idle)·x + (script − normal)·min(1.2, x)</c>, at most 1. So the script's figure shows under the fair
/// share of the traffic, and CPU falls when traffic leaves, as it does on a real node; memory does not.
/// </summary>
internal sealed class ScriptedLoad(FaultClock clock) : ILoadSource
{
    private const double IdleCpu = 0.08;
    private const double MostFaultShare = 1.2;

    public LoadSample Sample(in NodeTraffic traffic)
    {
        var level = clock.Level;
        var share = traffic.RequestsPerSecond / clock.FairRps;
        var usual = (FaultLevel.Normal.Cpu - IdleCpu) * share;
        var fault = (level.Cpu - FaultLevel.Normal.Cpu) * Math.Min(MostFaultShare, share);
        return new LoadSample(Math.Clamp(IdleCpu + usual + fault, 0, 1), level.Memory);
    }
}
