using ShadowProxy.Benchmarks.Processes;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>A running proxy. What it says goes to <c>proxy.log</c> in its directory.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);
    private readonly PeerSite _site;
    private readonly GuardedProcess _process;

    private PeerProcess(PeerSite site, GuardedProcess process) => (_site, _process) = (site, process);

    /// <summary>Starts a proxy and waits until a request gets through it to a backend.</summary>
    /// <exception cref="InvalidOperationException">None did in 30 s; the message has the proxy's last words.</exception>
    public static async Task<PeerProcess> StartAsync(IPeer peer, PeerSite site, TimeProvider time, CancellationToken stop)
    {
        var log = Path.Combine(site.Directory, "proxy.log");
        var process = new PeerProcess(site, GuardedProcess.Start(peer.Prepare(site), site.Directory, log));
        try
        {
            await process.WaitUntilReadyAsync(peer.Name, time, stop);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task WaitUntilReadyAsync(string name, TimeProvider time, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = _site.Address, Timeout = TimeSpan.FromSeconds(1) };
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            while (!await ReachesBackendAsync(http, either.Token))
                await Task.Delay(AskAgain, time, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{name} lets no request through after {Patience}. {_process.LastWords()}");
        }
    }

    private static async Task<bool> ReachesBackendAsync(HttpClient http, CancellationToken stop)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/ready", UriKind.Relative), stop);
            return response.IsSuccessStatusCode && response.Headers.Contains(BackendProtocol.BackendHeader);
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            // The client's own time-out.
            return false;
        }
    }
}
