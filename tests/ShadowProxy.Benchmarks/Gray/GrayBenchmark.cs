using System.Collections.Concurrent;
using System.Globalization;

namespace ShadowProxy.Benchmarks.Gray;

/// <summary>Makes all runs, some at a time, and says how each ended.</summary>
internal sealed class GrayBenchmark(GrayOptions options, TimeProvider time)
{
    private readonly ConcurrentQueue<RunResult> _results = new();

    /// <summary>Makes them.</summary>
    /// <param name="output">Told a line for each run that ends; synchronised.</param>
    /// <param name="stop">Ends it early; the runs that are done are reported.</param>
    public async Task<GrayReport> RunAsync(TextWriter output, CancellationToken stop)
    {
        var versions = await FindVersionsAsync(stop);
        foreach (var absent in versions.Where(version => version.Value is null))
            output.WriteLine($"{absent.Key} is not installed here: left out.");
        var runs = options.Runs.Where(run => versions[run.Peer.Name] is not null).ToList();
        var started = time.GetLocalNow();
        var before = Machine.CpuTime;
        try
        {
            await Parallel.ForEachAsync(
                runs, new ParallelOptions { MaxDegreeOfParallelism = options.Lanes, CancellationToken = stop },
                (run, cancellation) => MeasureAsync(run, runs.Count, started, output, cancellation));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            output.WriteLine("Stopped: what follows is of the runs that were done.");
        }

        return new GrayReport(options, started, Machine.CpuTime.BusyPercentSince(before), versions, [.. _results]);
    }

    private async ValueTask MeasureAsync(GrayRun run, int count, DateTimeOffset started, TextWriter output, CancellationToken stop)
    {
        try
        {
            Add(run, await run.MeasureAsync(time, stop), count, started, output);
        }
        catch (InvalidOperationException exception)
        {
            // A server that did not start: hours of other runs are worth more than this one.
            if (!stop.IsCancellationRequested)
                output.WriteLine($"{run.Fault} {run.Seed} {run.Peer.Name} could not be run: {exception.Message}");
        }
    }

    private void Add(GrayRun run, Figures figures, int count, DateTimeOffset started, TextWriter output)
    {
        _results.Enqueue(new RunResult(run.Fault, run.Peer.Name, run.Seed, figures));
        var done = _results.Count;
        var end = started + ((time.GetLocalNow() - started) * count / done);
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine(
            string.Create(culture, $"{done,3}/{count} until {end:HH:mm} │ {run.Fault,-13} {run.Seed} {run.Peer.Name,-13} ")
            + string.Create(culture, $"bad {figures.BadPercent,6:F2}% ({figures.All.Failed} failed, {figures.All.Slow} slow), ")
            + string.Create(culture, $"needless moves {figures.NeedlessMoves}, POSTs twice {figures.DuplicatePosts}, p99 {figures.P99Ms:F0} ms")
            + (figures.Disturbed ? string.Create(culture, $", DISTURBED: the load was {figures.LatenessP99Ms:F0} ms late") : ""));
    }

    private async Task<IReadOnlyDictionary<string, string?>> FindVersionsAsync(CancellationToken stop)
    {
        var versions = new Dictionary<string, string?>();
        foreach (var peer in options.Peers)
            versions[peer.Name] = await peer.FindVersionAsync(stop);
        return versions;
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Fault">The scenario's name.</param>
/// <param name="Proxy">The proxy's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Figures">What users saw.</param>
internal sealed record RunResult(string Fault, string Proxy, int Seed, Figures Figures);
