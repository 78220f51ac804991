using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Load;
using ShadowProxy.Lab.Summary;

namespace ShadowProxy.Edge.Demo;

/// <summary>One run of the scenario: four backends, a proxy in front of them, and the load of the clients.</summary>
internal sealed class DemoRun(DemoOptions options, TimeProvider time)
{
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs the scenario to its end.</summary>
    /// <param name="shadowing">True through ShadowProxy, false through plain YARP.</param>
    /// <param name="show">Shown a snapshot about four times a second, and the last one at the end.</param>
    /// <param name="stop">Ends the run early; what was done until then is summed up.</param>
    public async Task<DemoResult> RunAsync(bool shadowing, Action<DemoSnapshot> show, CancellationToken stop)
    {
        await using var backends = await BackendGroup.StartAsync(DemoOptions.Backends, withAgents: false, time, stop);
        var (proxy, load, migrations) = await RunLoadAsync(backends, shadowing, show, stop);
        // The last lines that a backend wrote are read when it has ended.
        await backends.DisposeAsync();
        return new DemoResult(proxy, load, RunSummary.Of(
            options.Scenario.Name, options.Load.Seed, load, options.Scenario.FirstSymptom, migrations, backends.ExecutedWork));
    }

    private async Task<(string Proxy, LoadStatus Load, MigrationTally? Migrations)> RunLoadAsync(
        BackendGroup backends, bool shadowing, Action<DemoSnapshot> show, CancellationToken stop)
    {
        var clock = time.GetTimestamp();
        var feed = new DemoFeed(() => time.GetElapsedTime(clock));
        var addresses = backends.Addresses.ToDictionary(backend => backend.Name, backend => backend.Address);
        await using var proxy = shadowing
            ? await DemoProxy.StartShadowingAsync(addresses, options.Port, feed, stop)
            : await DemoProxy.StartPlainAsync(addresses, options.Port, feed, stop);
        await WarmUp.RunAsync(addresses.Values, proxy.Address, TimeSpan.FromSeconds(1), time, stop);

        using var load = new OpenLoopLoad(proxy.Address, options.Load, time);
        await backends.StartScenarioAsync(options.Scenario.Name, options.Load);
        clock = time.GetTimestamp();
        var view = proxy.View(time.GetUtcNow());
        var running = load.RunAsync(stop);
        while (!running.IsCompleted)
        {
            Show();
            await Task.WhenAny(running, Task.Delay(SnapshotEvery, time, CancellationToken.None));
        }
        await running;
        Show();
        return (view.Name, load.Status, view.Migrations);

        void Show()
        {
            view.Follow(feed);
            show(new DemoSnapshot
            {
                Proxy = view.Name,
                Address = proxy.Address,
                Scenario = options.Scenario.Name,
                Description = options.Scenario.Description,
                Duration = options.Load.Duration,
                Load = load.Status,
                Nodes = view.Nodes,
                Events = feed.Latest,
                FlowsMigrated = view.Migrations?.Flows,
            });
        }
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Proxy">What stood in front of the backends.</param>
/// <param name="Load">How the load ended.</param>
/// <param name="Summary">What it came to.</param>
internal sealed record DemoResult(string Proxy, LoadStatus Load, RunSummary Summary);
