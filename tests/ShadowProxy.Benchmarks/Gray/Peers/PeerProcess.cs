using System.Diagnostics;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>
/// A running proxy. It ends when this object is disposed, and with this process, however that one ends: a shell that holds on to its standard
/// input kills it, and all that it started, when the input closes. What it says goes to <c>proxy.log</c> in its directory.
/// </summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private const string Log = "proxy.log";
    private const int KeptLines = 20;

    /// <summary>A session of its own is a process group of its own; what stops the benchmark reaches neither it nor, by the trap, the shell.</summary>
    private const string Guard = $$"""
        trap '' HUP INT TERM
        setsid "$@" </dev/null >{{Log}} 2>&1 &
        read -r _
        { kill -s KILL -- "-$!" || kill -s KILL "$!"; } 2>/dev/null
        wait
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);
    private readonly PeerSite _site;
    private readonly Process _guard;

    private PeerProcess(PeerSite site, Process guard)
    {
        _site = site;
        _guard = guard;
    }

    /// <summary>Starts a proxy and waits until a request gets through it to a backend.</summary>
    /// <exception cref="InvalidOperationException">None did in 30 s; the message has the proxy's last words.</exception>
    public static async Task<PeerProcess> StartAsync(IPeer peer, PeerSite site, TimeProvider time, CancellationToken stop)
    {
        var process = new PeerProcess(site, Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", .. peer.Prepare(site)])
        {
            RedirectStandardInput = true,
            WorkingDirectory = site.Directory,
        })!);
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

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

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
            var log = Path.Combine(_site.Directory, Log);
            var words = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(KeptLines)) : "";
            throw new InvalidOperationException($"{name} lets no request through after {Patience}. {words}");
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
