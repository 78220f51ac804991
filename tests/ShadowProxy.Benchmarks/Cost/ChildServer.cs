using System.Diagnostics;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>A backend or proxy as a process of its own, so that its CPU time is counted apart.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ChildServer(Process process) => _process = process;

    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Starts this very program in another role, and returns once it listens.</summary>
    public static async Task<ChildServer> StartAsync(Role role, params string[] arguments)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(ChildServer).Assembly.Location);
        foreach (var argument in (string[])["serve", $"{role}", .. arguments])
            start.ArgumentList.Add(argument);

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

    public async Task<Usage> GetUsageAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return Usage.Parse(await ReadLineAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
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
