using System.Diagnostics;
using System.Threading.Channels;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>An ASP.NET Core server as a process of its own, that says where it listens.</summary>
internal class ServerProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly Channel<Uri> _listeners = Channel.CreateUnbounded<Uri>();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    /// <param name="start">The command, its environment and its directory.</param>
    public ServerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data, _output);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _errors);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Join(_output);

    public string Errors => Join(_errors);

    /// <summary>The next address that it says it listens on.</summary>
    public async Task<Uri> ListeningAsync() => await _listeners.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> ExitCodeAsync(TimeSpan? patience = null)
    {
        await _process.WaitForExitAsync().WaitAsync(patience ?? TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line, List<string> lines)
    {
        if (line is null)
            return;
        lock (lines)
            lines.Add(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is var start and >= 0)
            _listeners.Writer.TryWrite(new Uri(line[(start + Listening.Length)..]));
    }

    private static string Join(List<string> lines)
    {
        lock (lines)
            return string.Join('\n', lines);
    }
}
