using System.Diagnostics;
using System.Globalization;
using ShadowProxy.Benchmarks.Cost.Serving;

namespace ShadowProxy.Benchmarks.Cost.Processes;

/// <summary>The nodes or a proxy, served by this very program in a process of its own; see <see cref="ServeProtocol"/>.</summary>
internal sealed class ChildServer : IServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private ChildServer(Process process) => _process = process;

    /// <summary>Where it listens, in the order in which it was told to.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    public Uri Address => Addresses[0];

    public int? ProcessId => _process.Id;

    /// <summary>Starts it, and returns once it listens.</summary>
    public static async Task<ChildServer> StartAsync(Role role, params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(ChildServer).Assembly.Location);
        foreach (var argument in (IEnumerable<string>)["serve", $"{role}", .. arguments])
            start.ArgumentList.Add(argument);
        // The nodes are to cost as little as they can, since they share the machine with what is measured.
        if (role == Role.Backend)
            start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";

        var server = new ChildServer(Process.Start(start)!);
        try
        {
            server.Addresses = [.. (await server.ReadLineAsync()).Split(' ').Select(address => new Uri(address))];
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<long?> GetAllocatedAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return long.Parse(await ReadLineAsync(), CultureInfo.InvariantCulture);
    }

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
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
        ?? throw new InvalidOperationException("A child process ended before its time.");
}
