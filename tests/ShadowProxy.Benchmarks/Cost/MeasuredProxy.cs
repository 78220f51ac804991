namespace ShadowProxy.Benchmarks.Cost;

/// <summary>A proxy process and the load on it.</summary>
internal sealed class MeasuredProxy(ChildServer server) : IAsyncDisposable
{
    private readonly CostLoad _load = new(server.Addresses[0]);

    public static async Task<MeasuredProxy> StartAsync(Role role, string[] backends) => new(await ChildServer.StartAsync(role, backends));

    public Task<LoadResult> LoadAsync(int requests, double rate, TimeSpan limit, CancellationToken cancellation) =>
        _load.RunAsync(requests, rate, limit, cancellation);

    /// <summary>What a number of requests costs the process.</summary>
    public async Task<RunCost> MeasureAsync(int requests, double rate, TimeSpan limit, CancellationToken cancellation)
    {
        var before = await server.GetUsageAsync();
        var load = await LoadAsync(requests, rate, limit, cancellation);
        var after = await server.GetUsageAsync();
        return RunCost.From(after - before, load);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
