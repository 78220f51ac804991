namespace ShadowProxy.Lab.Load;

/// <summary>
/// Puts a short load on the servers before anything is measured, so that the first clients do not wait for the runtime to compile.
/// </summary>
public static class WarmUp
{
    /// <summary>Warms the backends up, then the proxy in front of them.</summary>
    /// <param name="backends">The backends.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="each">How long each of the two takes: after a second most methods are compiled, after four those that matter are optimised.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task RunAsync(IEnumerable<Uri> backends, Uri proxy, TimeSpan each, TimeProvider time, CancellationToken stop)
    {
        // Seeds below those of a run, each its own, so that no two POSTs have one id.
        await Task.WhenAll(backends.Select((backend, i) => RunAsync(backend, -2 - i, each, time, stop)));
        await RunAsync(proxy, -1, each, time, stop);
        stop.ThrowIfCancellationRequested();
    }

    private static async Task RunAsync(Uri server, int seed, TimeSpan duration, TimeProvider time, CancellationToken stop)
    {
        var options = new LoadOptions { Sessions = 20, Rate = 100, PostShare = 0.5, Duration = duration, Seed = seed };
        using var load = new OpenLoopLoad(server, options, time);
        await load.RunAsync(stop);
    }
}
