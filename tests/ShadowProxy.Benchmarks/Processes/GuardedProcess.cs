using System.Diagnostics;

namespace ShadowProxy.Benchmarks.Processes;

/// <summary>
/// A foreign program in the foreground. It ends when this object is disposed, and with this process, however that one ends: a shell that holds
/// on to its standard input kills it, and all that it started, when the input closes.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private const int KeptLines = 20;

    /// <summary>
    /// By job control the program has a process group of its own; what stops the benchmark reaches neither it nor, by the trap, the shell. It has no
    /// session of its own: Linux shares the processors among sessions first (autogroup, sched(7)), and all that is compared is to have the same share.
    /// </summary>
    private const string Guard = """
        trap '' HUP INT TERM
        set -m
        log=$1
        shift
        if [ -n "$log" ]; then "$@" </dev/null >"$log" 2>&1 & else "$@" </dev/null >/dev/null & fi
        exec 2>/dev/null
        read -r _
        kill -s KILL -- "-$!" || kill -s KILL "$!"
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
        Process.Start(new ProcessStartInfo("/bin/bash", ["-c", Guard, "bash", log ?? "", .. command])
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
