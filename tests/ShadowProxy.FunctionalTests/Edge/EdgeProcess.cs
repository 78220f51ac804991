using System.Diagnostics;
using System.Threading.Channels;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary><c>shadowproxy</c> as a process of its own.</summary>
internal sealed class EdgeProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly Channel<Uri> _listeners = Channel.CreateUnbounded<Uri>();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private EdgeProcess((string Name, string Value)[] variables, string[] command)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        foreach (var (name, value) in variables)
            _process.StartInfo.Environment[name] = value;
        _process.OutputDataReceived += (_, line) => Take(line.Data, _output);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _errors);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Join(_output);

    public string Errors => Join(_errors);

    public static EdgeProcess Start(params string[] arguments) => new([], Command(arguments));

    public static EdgeProcess Start((string Name, string Value) variable, params string[] arguments) => new([variable], Command(arguments));

    public static EdgeProcess Start((string Name, string Value)[] variables, params string[] arguments) => new(variables, Command(arguments));

    /// <summary>Starts it as a service manager does that holds its listening socket, a descriptor that child processes inherit.</summary>
    public static EdgeProcess StartWithSocket(nint descriptor, (string Name, string Value)[] variables, params string[] arguments) => new(
        variables,
        ["bash", "-c", "exec 3<&\"$0\"; export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$@\"", descriptor.ToString(), .. Command(arguments)]);

    /// <summary>The next address that it says it listens on: the operators' first, then the proxy's.</summary>
    public async Task<Uri> ListeningAsync() => await _listeners.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string[] Command(string[] arguments) => ["dotnet", Path.Combine(AppContext.BaseDirectory, "ShadowProxy.Edge.dll"), .. arguments];

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
