using System.Diagnostics;
using System.Globalization;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.FunctionalTests.Demo;

/// <summary>The demo as a process of its own, with its display and its summary in pipes.</summary>
internal sealed class DemoProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly CancellationTokenSource _patience = new(Patience);

    public DemoProcess(params string[] arguments)
    {
        var command = new BackendProcessOptions { Name = "" }.Command;
        _process = Process.Start(new ProcessStartInfo(command[0], [.. command.Skip(1), "demo", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Waits until the load runs, and returns the processes of the backends.</summary>
    public async Task<Process[]> RunningAsync(StreamReader display)
    {
        while (await display.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.Contains(" requests ", StringComparison.Ordinal))
                return Children();
        }
        throw new InvalidOperationException("The demo ended before its load began.");
    }

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Errors => _process.StandardError;

    public void Kill() => _process.Kill();

    /// <summary>What Ctrl-C in a terminal sends.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(_patience.Token);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(_patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until all of these have ended.</summary>
    public Task EndedAsync(Process[] processes) => Task.WhenAll(processes.Select(p => p.WaitForExitAsync(_patience.Token)));

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _patience.Dispose();
    }

    private Process[] Children() => [.. Process.GetProcesses().Where(p => ParentOf(p.Id) == _process.Id)];

    // proc(5): the parent is the second field after the command's name, which stands in parentheses.
    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It ended meanwhile.
        }
    }
}
