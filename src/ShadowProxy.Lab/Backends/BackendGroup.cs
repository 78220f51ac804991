using System.Collections.Concurrent;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// The backends of a run, each a process of its own, <c>backend-1</c> and so on. One that its script brings back after a crash is started
/// anew, on the same port. They end with this process, however it ends.
/// </summary>
public sealed class BackendGroup : IAsyncDisposable
{
    private readonly BackendProcessOptions[] _members;
    private readonly TimeProvider _time;
    private readonly BackendProcess[] _first;
    private readonly ConcurrentQueue<BackendProcess> _processes;
    private readonly CancellationTokenSource _end = new();
    private Task _returns = Task.CompletedTask;
    private bool _disposed;

    private BackendGroup(BackendProcessOptions[] members, BackendProcess[] first, TimeProvider time)
    {
        _members = members;
        _first = first;
        _processes = new(first);
        _time = time;
    }

    /// <summary>Their addresses by name, in order.</summary>
    public IReadOnlyList<BackendAddress> Addresses => [.. _members.Zip(_first, (options, process) =>
        new BackendAddress(options.Name, process.Address, options.AgentPort))];

    /// <summary>The ids of the POSTs that they executed, once for each execution; complete when they have been disposed.</summary>
    public IEnumerable<string> ExecutedWork => _processes.SelectMany(process => process.ExecutedWork);

    /// <summary>The name of a backend.</summary>
    /// <param name="index">Which one, from 0.</param>
    public static string Name(int index) => $"backend-{index + 1}";

    /// <summary>Starts them, all at once.</summary>
    /// <param name="count">How many.</param>
    /// <param name="withAgents">True where each shall also answer HAProxy's <c>agent-check</c>.</param>
    /// <param name="time">The clock by which one of them comes back.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">One could not start.</exception>
    public static async Task<BackendGroup> StartAsync(int count, bool withAgents, TimeProvider time, CancellationToken cancellationToken)
    {
        BackendProcessOptions[] members = [.. Enumerable.Range(0, count).Select(i => new BackendProcessOptions
        {
            Name = Name(i),
            Port = FreePorts.Next(),
            AgentPort = withAgents ? FreePorts.Next() : null,
        })];
        var starting = members.Select(options => BackendProcess.StartAsync(options, cancellationToken)).ToArray();
        try
        {
            return new BackendGroup(members, await Task.WhenAll(starting), time);
        }
        catch
        {
            await Task.WhenAll(starting.Where(s => s.IsCompletedSuccessfully).Select(async s => await (await s).DisposeAsync()));
            throw;
        }
    }

    /// <summary>Starts the clock of a scenario in all of them.</summary>
    /// <param name="scenario">Its name.</param>
    /// <param name="load">The load that they will share; its duration and seed are the scenario's.</param>
    public async Task StartScenarioAsync(string scenario, LoadOptions load)
    {
        ArgumentNullException.ThrowIfNull(load);
        var commands = _members.Select((_, i) =>
            new StartCommand(scenario, i, _members.Length, load.Seed, load.Duration, load.Rate / _members.Length)).ToArray();
        await Task.WhenAll(_first.Zip(commands, (process, command) => process.StartScenarioAsync(command)));
        _returns = Task.WhenAll(_members.Zip(commands, ReturnAsync));
    }

    /// <summary>Ends them, all at once. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;

        await _end.CancelAsync();
        await _returns;
        await Task.WhenAll(_processes.Select(async process => await process.DisposeAsync()));
        _end.Dispose();
    }

    private async Task ReturnAsync(BackendProcessOptions options, StartCommand command)
    {
        if (command.Script()?.ReturnAt is not { } at)
            return;
        try
        {
            await Task.Delay(at, _time, _end.Token);
            var started = _time.GetTimestamp();
            var process = await BackendProcess.StartAsync(options, _end.Token);
            _processes.Enqueue(process);
            await process.StartScenarioAsync(command with { Elapsed = at + _time.GetElapsedTime(started) });
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The run is over before it comes back.
        }
    }
}

/// <summary>Where a backend is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="AgentPort">The port of loopback where it answers HAProxy's <c>agent-check</c>; null for none.</param>
public sealed record BackendAddress(string Name, Uri Address, int? AgentPort);
