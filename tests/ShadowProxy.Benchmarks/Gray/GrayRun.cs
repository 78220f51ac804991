using System.Collections.Concurrent;
using ShadowProxy.Benchmarks.Gray.Peers;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Faults;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>One proxy under one fault: four backends, the proxy, and the load, all for this run alone.</summary>
/// <param name="Peer">The proxy.</param>
/// <param name="Fault">The scenario's name.</param>
/// <param name="Seed">The seed of load and fault.</param>
/// <param name="Options">What all runs share.</param>
internal sealed record GrayRun(IPeer Peer, string Fault, int Seed, GrayOptions Options)
{
    /// <summary>For each of backends and proxy: `healthy` and `overload` count from the first request on.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(4);

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before.</exception>
    public async Task<Figures> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        var directory = Options.Keep?.CreateSubdirectory($"{Fault}-{Seed}-{Peer.Name}") ?? Directory.CreateTempSubdirectory("gray-");
        try
        {
            await using var backends = await BackendGroup.StartAsync(GrayOptions.Nodes, Peer.UsesAgents, time, stop);
            var records = await LoadAsync(backends, directory.FullName, time, stop);
            // The last lines that a backend wrote are read when it has ended.
            await backends.DisposeAsync();
            var scenario = Scenarios.Get(Fault, Seed, Options.Duration, GrayOptions.Nodes);
            return FigureReader.Read(scenario, records, backends.ExecutedWork, GrayOptions.Nodes);
        }
        finally
        {
            if (Options.Keep is null)
                directory.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyCollection<LoadRecord>> LoadAsync(
        BackendGroup backends, string directory, TimeProvider time, CancellationToken stop)
    {
        var site = new PeerSite(FreePorts.Next(), FreePorts.Next(), directory, backends.Addresses);
        await using var proxy = await PeerProcess.StartAsync(Peer, site, time, stop);
        await WarmUp.RunAsync(backends.Addresses.Select(backend => backend.Address), site.Address, LongEnough, time, stop);

        var records = new ConcurrentQueue<LoadRecord>();
        var options = new LoadOptions { Duration = Options.Duration, Rate = Options.Rate, Sessions = Options.Sessions, Seed = Seed };
        using var load = new OpenLoopLoad(site.Address, options, time, records.Enqueue);
        await backends.StartScenarioAsync(Fault, options);
        await load.RunAsync(stop);
        stop.ThrowIfCancellationRequested();
        if (Options.Keep is not null)
        {
            await Peer.KeepRecordAsync(site, stop);
            await RequestFile.WriteAsync(Path.Combine(directory, "requests.csv"), records, stop);
        }

        return records;
    }
}
