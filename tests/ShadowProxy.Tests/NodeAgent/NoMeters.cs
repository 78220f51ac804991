using System.Diagnostics.Metrics;

namespace ShadowProxy.Tests.NodeAgent;

/// <summary>An application without a server.</summary>
internal sealed class NoMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
