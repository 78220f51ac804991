using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// A sample backend as a real child process. It ends when this object is disposed, and with the process that started it, however that
/// one ends: the child holds on to its standard input and leaves when it closes. Safe for any number of threads.
/// </summary>
public sealed class BackendProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 20;
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _work = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _input = new(1);
    private bool _disposed;

    private BackendProcess(string name, Process process)
    {
        Name = name;
        _process = process;
        Id = process.Id;
        Exited = ReadToEndAsync();
    }

    /// <summary>The backend's name.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>The ids of the POSTs that it has executed, in order; one executed twice is in it twice. A snapshot.</summary>
    public IReadOnlyCollection<string> ExecutedWork => _work.ToArray();

    /// <summary>Ends when the process has ended and all that it said has been read. Never fails.</summary>
    public Task Exited { get; }

    /// <summary>Starts a backend and waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not listen in time; the message has its last words.</exception>
    public static async Task<BackendProcess> StartAsync(BackendProcessOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var start = new ProcessStartInfo(options.Command[0], options.Command.Skip(1).Concat(Arguments(options)))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It serves few requests: compiling the hot ones anew, and threads that spin for the next, would cost more than they save.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        var backend = new BackendProcess(options.Name, Process.Start(start)!);
        try
        {
            await Task.WhenAny(backend._listening.Task, backend.Exited).WaitAsync(options.StartTimeout, cancellationToken);
            if (!backend._listening.Task.IsCompletedSuccessfully)
                throw new InvalidOperationException($"Backend {options.Name} ended before it listened. {backend.LastWords}");
            backend.Address = await backend._listening.Task;
            return backend;
        }
        catch (TimeoutException exception)
        {
            await backend.DisposeAsync();
            throw new InvalidOperationException(
                $"Backend {options.Name} does not listen after {options.StartTimeout}. {backend.LastWords}", exception);
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the fault clock; see <see cref="StartCommand"/>.</summary>
    public Task StartScenarioAsync(StartCommand command) => SendAsync(command.ToString());

    /// <summary>Writes a line to its standard input; nothing happens if it has ended.</summary>
    public async Task SendAsync(string line)
    {
        await _input.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException) when (Exited.IsCompleted || _process.HasExited)
        {
            // It crashed, which is what some backends are for.
        }
        finally
        {
            _input.Release();
        }
    }

    /// <summary>Kills it at once (SIGKILL); nothing happens if it has ended.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Closes its standard input, waits up to 2 s for its end, else kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;

        await CloseInputAsync();
        await Task.WhenAny(Exited, Task.Delay(ExitTimeout));
        _process.Kill();
        await Exited;
        _process.Dispose();
        _input.Dispose();
    }

    private string LastWords => string.Join(Environment.NewLine, _errors);

    private static IEnumerable<string> Arguments(BackendProcessOptions options) =>
    [
        "backend", "--with-parent", "--name", options.Name,
        "--port", options.Port.ToString(CultureInfo.InvariantCulture),
        "--delay", options.DelayMs.ToString(CultureInfo.InvariantCulture),
        .. options.AgentPort is { } agent ? ["--agent-port", agent.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. options.DrainTimeout > TimeSpan.Zero
            ? ["--drain", options.DrainTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)]
            : Array.Empty<string>(),
        .. options.Http2 ? ["--http2"] : Array.Empty<string>(),
    ];

    private async Task CloseInputAsync()
    {
        await _input.WaitAsync();
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended: nobody is left to read what was buffered.
        }
        finally
        {
            _input.Release();
        }
    }

    private async Task ReadToEndAsync()
    {
        await Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
        await _process.WaitForExitAsync();
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(BackendProtocol.WorkPrefix, StringComparison.Ordinal))
                _work.Enqueue(line[BackendProtocol.WorkPrefix.Length..]);
            else if (line.StartsWith(BackendProtocol.ListeningPrefix, StringComparison.Ordinal))
                _listening.TrySetResult(new Uri(line[BackendProtocol.ListeningPrefix.Length..]));
        }
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Enqueue(line);
            if (_errors.Count > KeptErrorLines)
                _errors.TryDequeue(out _);
        }
    }
}
