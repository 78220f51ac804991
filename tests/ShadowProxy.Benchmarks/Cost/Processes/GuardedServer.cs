using ShadowProxy.Benchmarks.Processes;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Benchmarks.Cost.Processes;

/// <summary>A foreign server.</summary>
internal sealed class GuardedServer : IServer
{
    private readonly GuardedProcess _process;

    private GuardedServer(GuardedProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int? ProcessId => _process.RootId;

    /// <summary>Starts a server that is to listen at <paramref name="address"/>; what it says is discarded, but for its errors.</summary>
    public static GuardedServer Start(Uri address, params IEnumerable<string> command) =>
        new(GuardedProcess.Start(command, Environment.CurrentDirectory), address);

    /// <summary>An address on loopback that is free now.</summary>
    public static Uri FreeAddress(string scheme) => new($"{scheme}://127.0.0.1:{FreePorts.Next()}");

    public Task<long?> GetAllocatedAsync() => Task.FromResult<long?>(null);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
