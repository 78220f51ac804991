namespace ShadowProxy.Lab.Load;

/// <summary>
/// Puts a short load on the servers before anything is measured, so that the first clients do not wait for the runtime to compile.
/// </summary>
public static class WarmUp
{
    private static readonly LoadOptions Options = new()
    {
        Sessions = 20,
        Rate = 100,
        PostShare = 0.5,
        Duration = TimeSpan.FromSeconds(1),
    };

    /// <summary>Warms the backends up, then the proxy in front of them. Lasts 2 s.</summary>
    public static async Task RunAsync(IEnumerable<Uri> backends, Uri proxy, TimeProvider time, CancellationToken stop)
    {
        // Seeds below those of a run, each its own, so that no two POSTs have one id.
        await Task.WhenAll(backends.Select((backend, i) => RunAsync(backend, -2 - i, time, stop)));
        await RunAsync(proxy, -1, time, stop);
        stop.ThrowIfCancellationRequested();
    }

    private static async Task RunAsync(Uri server, int seed, TimeProvider time, CancellationToken stop)
    {
        using var load = new OpenLoopLoad(server, Options with { Seed = seed }, time);
        await load.RunAsync(stop);
    }
}
