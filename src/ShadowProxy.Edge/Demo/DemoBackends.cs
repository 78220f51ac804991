using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Edge.Demo;

/// <summary>The backends of the demo, each a process of its own. They end with this process, however it ends.</summary>
internal sealed class DemoBackends : IAsyncDisposable
{
    private readonly BackendProcess[] _processes;

    private DemoBackends(BackendProcess[] processes) => _processes = processes;

    /// <summary>Their addresses by name, <c>backend-1</c> and so on.</summary>
    public IReadOnlyDictionary<string, Uri> Addresses => _processes.Index().ToDictionary(p => Name(p.Index), p => p.Item.Address);

    /// <summary>The ids of the POSTs that they executed, once for each execution; complete when they have been disposed.</summary>
    public IEnumerable<string> ExecutedWork => _processes.SelectMany(p => p.ExecutedWork);

    /// <summary>Starts them, all at once.</summary>
    public static async Task<DemoBackends> StartAsync(CancellationToken cancellationToken)
    {
        var starting = Enumerable.Range(0, DemoOptions.Backends)
            .Select(i => BackendProcess.StartAsync(new BackendProcessOptions { Name = Name(i) }, cancellationToken))
            .ToArray();
        try
        {
            return new DemoBackends(await Task.WhenAll(starting));
        }
        catch
        {
            await Task.WhenAll(starting.Where(s => s.IsCompletedSuccessfully).Select(async s => await (await s).DisposeAsync()));
            throw;
        }
    }

    /// <summary>Starts the clock of the scenario in all of them.</summary>
    public Task StartScenarioAsync(string scenario, LoadOptions load) =>
        Task.WhenAll(_processes.Select((process, i) => process.StartScenarioAsync(
            new StartCommand(scenario, i, _processes.Length, load.Seed, load.Duration, load.Rate / _processes.Length))));

    /// <summary>Ends them, all at once. May be called again.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_processes.Select(async p => await p.DisposeAsync()));

    private static string Name(int index) => $"backend-{index + 1}";
}
