using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Proxies;

/// <summary>No proxy: clients come to the first node.</summary>
internal sealed class Straight(Site site) : IServer
{
    public Uri Address => site.Straight;

    public int? ProcessId => null;

    public Task<long?> GetAllocatedAsync() => Task.FromResult<long?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
