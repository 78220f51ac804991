namespace ShadowProxy.Benchmarks.Cost.Processes;

/// <summary>Something that takes the load.</summary>
internal interface IServer : IAsyncDisposable
{
    Uri Address { get; }

    /// <summary>The root of its process tree, whose use is the cost; null: it costs nothing.</summary>
    int? ProcessId { get; }

    /// <summary>Bytes allocated on the managed heap since its start; null where it cannot tell.</summary>
    Task<long?> GetAllocatedAsync();
}
