using System.Diagnostics;

namespace ShadowProxy.Benchmarks.Processes;

/// <summary>
/// A foreign program in the foreground. It ends when this object is disposed, and with this process, however that one ends: a shell that holds
/// on to its standard input kills it, and all that it started, when the input closes.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private const int KeptLines = 20;

    /// <summary>A session of its own is a process group of its own; what stops the benchmark reaches neither it nor, by the trap, the shell.</summary>
    private const string Guard = """
        trap '' HUP INT TERM
        log=$1
        shift
        if [ -n "$log" ]; then setsid "$@" </dev/null >"$log" 2>&1 & else setsid "$@" </dev/null >/dev/null & fi
        read -r _
        { kill -s KILL -- "-$!" || kill -s KILL "$!"; } 2>/dev/null
        wait
        """;

    private readonly Process _shell;
    private readonly string? _log;

    private GuardedProcess(Process shell, string? log) => (_shell, _log) = (shell, log);

    /// <summary>The root of its process tree.</summary>
    public int RootId => _shell.Id;

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="directory">Where it is started.</param>
    /// <param name="log">The file for what it says; null: only its errors are heard.</param>
    public static GuardedProcess Start(IEnumerable<string> command, string directory, string? log = null) => new(
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", log ?? "", .. command])
        {
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        })!,
        log);

    /// <summary>The end of its log.</summary>
    public string LastWords() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(KeptLines)) : "";

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
