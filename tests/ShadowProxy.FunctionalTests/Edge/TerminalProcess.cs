using System.Diagnostics;
using System.Text;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary><c>shadowproxy</c> in a terminal of its own, that a test types into.</summary>
internal sealed class TerminalProcess : IAsyncDisposable
{
    private const string Script = "/usr/bin/script";

    private readonly Process _process;
    private readonly StringBuilder _shown = new();
    private readonly Task _reading;

    private TerminalProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public static bool IsThere => File.Exists(Script);

    public static TerminalProcess Start(params string[] arguments)
    {
        var edge = Path.Combine(AppContext.BaseDirectory, "ShadowProxy.Edge.dll");
        var start = new ProcessStartInfo(Script, ["-qec", $"stty cols 150 rows 40; exec dotnet '{edge}' {string.Join(' ', arguments)}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        return new TerminalProcess(Process.Start(start)!);
    }

    /// <summary>Waits until something stands on the screen, or has stood there.</summary>
    public Task ShowsAsync(string text) => Patience.EventuallyAsync(() =>
    {
        lock (_shown)
            return _shown.ToString().Contains(text, StringComparison.Ordinal);
    });

    public void Type(string keys)
    {
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().Soon();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_shown)
                _shown.Append(buffer, 0, count);
        }
    }
}
