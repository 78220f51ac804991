using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ShadowProxy.Benchmarks.Cost.Processes;

/// <summary>
/// A foreign server in the foreground. A shell stands between: it ends the server when its standard input closes, which also happens when the
/// benchmark is killed.
/// </summary>
internal sealed class GuardedServer : IServer
{
    private const string Guard = "\"$@\" & exec 2>/dev/null; cat; kill $! && wait $!";
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private GuardedServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int? ProcessId => _process.Id;

    /// <summary>Starts a server that is to listen at <paramref name="address"/>; what it says is discarded, but for its errors.</summary>
    public static GuardedServer Start(Uri address, params IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return new GuardedServer(process, address);
    }

    /// <summary>An address on loopback that is free now.</summary>
    public static Uri FreeAddress(string scheme)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"{scheme}://{socket.LocalEndPoint}");
    }

    public Task<long?> GetAllocatedAsync() => Task.FromResult<long?>(null);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(ExitTimeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
