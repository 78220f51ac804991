using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;
using ShadowProxy.Telemetry;

namespace ShadowProxy.State;

/// <summary>
/// Takes the saved flows in before the first request, saves them while the application runs, when it begins to leave, and when its last
/// request has ended; and takes in what a process that hands over saves. On a thread of its own: disks may be slow. What fails is said, and
/// requests go on.
/// </summary>
internal sealed class StateService(
    ShadowingSettingsProvider settings, FlowTables tables, NodeRegistry nodes, TimeProvider time, ILogger<StateService> logger)
    : IHostedLifecycleService, IDisposable
{
    private const double LeastPauseSeconds = 5;

    /// <summary>Bytes a second that saving writes on average at most: large tables are saved less often.</summary>
    private const double WriteRate = 1 << 20;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerPoll = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stopping = new();
    private StateStore? _store;
    private Thread? _thread;
    private TimeSpan _pause = PauseAfter(0);
    private int _problem;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var current = settings.Current;
        if (current.Options.StateDirectory is not { } directory)
        {
            ShadowingLog.NoState(logger);
            return;
        }

        try
        {
            _store = new StateStore(directory, current.Key, tables, nodes, time, logger);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SignatureKeySource.Unusable(directory, $"cannot be used: {exception.Message}");
        }

        Try(TakeIn);
        if (_store.HasCompany)
            await AskForNewsAsync(_store, cancellationToken);
        _thread = new Thread(Run) { IsBackground = true, Name = "ShadowProxy state" };
        _thread.Start();
    }

    /// <summary>Saves before the requests drain: who takes over needs the flows now.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        _store is null ? Task.CompletedTask : Task.Run(() => Try(Save), CancellationToken.None);

    /// <summary>Saves what the last requests left.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Cancel();
        _thread?.Join();
        return StoppingAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _thread?.Join();
        _store?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>How long to wait after a save of so many bytes.</summary>
    internal static TimeSpan PauseAfter(long bytes) => TimeSpan.FromSeconds(Math.Max(LeastPauseSeconds, bytes / WriteRate));

    /// <summary>A process that runs beside this one saves as soon as it hears of it: what it knows is worth a moment before the first request.</summary>
    private async Task AskForNewsAsync(StateStore store, CancellationToken cancellationToken)
    {
        Try(Save);
        var known = store.FilesTaken;
        var asked = time.GetTimestamp();
        while (store.FilesTaken == known && time.GetElapsedTime(asked) < AnswerLimit)
        {
            await Task.Delay(AnswerPoll, time, cancellationToken);
            Try(TakeIn);
        }
    }

    private void Run()
    {
        var saved = time.GetTimestamp();
        while (!_stopping.Token.WaitHandle.WaitOne(LookInterval))
        {
            Try(TakeIn);
            if (time.GetElapsedTime(saved) < _pause)
                continue;
            Try(Save);
            saved = time.GetTimestamp();
        }
    }

    private void TakeIn()
    {
        // A process that is to take over waits for what this one knows.
        if (_store!.TakeIn())
            _pause = TimeSpan.Zero;
    }

    private void Save()
    {
        _pause = PauseAfter(_store!.Save());
        _problem = 0;
    }

    private void Try(Action act)
    {
        try
        {
            act();
        }
#pragma warning disable CA1031 // Requests must not suffer from a broken store, nor from a bug in here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // A disk that stays full is said once.
            if (exception.HResult != Interlocked.Exchange(ref _problem, exception.HResult))
                ShadowingLog.StateFailed(logger, exception);
        }
    }
}
