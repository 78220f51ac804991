using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>
/// Sends the same load through each proxy in turn, round after round, each proxy in processes of its own, and compares what they took for it.
/// </summary>
/// <param name="options">What to measure.</param>
/// <param name="output">Where progress goes.</param>
/// <param name="time">Tells how long it has taken.</param>
internal sealed class CostBenchmark(CostOptions options, TextWriter output, TimeProvider time)
{
    /// <summary>Two runs of the same program differ by how it was compiled at run time: so each few rounds have processes of their own.</summary>
    private const int RoundsPerProcess = 3;

    /// <summary>The part of what the reference can do that is the rate for all.</summary>
    private const double PartOfCapacity = 0.5;

    private readonly long _started = time.GetTimestamp();
    private readonly int _rounds = options.Rounds * options.Rows.Count;
    private int _done;

    /// <summary>Measures one row.</summary>
    /// <param name="workload">The row.</param>
    /// <param name="certificate">What servers show to their clients.</param>
    /// <param name="folder">For files.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<RowReport> RunAsync(Workload workload, ServerCertificate certificate, string folder, CancellationToken cancellation)
    {
        double? rate = null;
        var samples = new List<Sample>();
        for (var round = 0; round < options.Rounds;)
        {
            await using var bed = await Bench.StartAsync(options, workload, certificate, folder, cancellation);
            foreach (var proxy in bed.Proxies)
                await proxy.WarmUpAsync(options.WarmUp, cancellation);
            if (options.Paced)
                rate ??= await GetRateAsync(bed, cancellation);
            for (var i = 0; i < RoundsPerProcess && round < options.Rounds; i++, round++)
            {
                var measured = await RunRoundAsync(bed, round, rate, cancellation);
                samples.AddRange(measured);
                Tell(workload, round, measured);
            }
        }

        return new RowReport(
            workload.Name, workload.Title, rate, [.. options.Proxies.Select(proxy => ProxyFigures.Of(proxy.Name, samples, ProxyKind.Reference))], samples);
    }

    /// <summary>Half of what the reference can do, or the first proxy where that is not measured.</summary>
    private async Task<double> GetRateAsync(Bench bench, CancellationToken cancellation)
    {
        var reference = bench.Proxies.FirstOrDefault(proxy => proxy.Name == ProxyKind.Reference) ?? bench.Proxies[0];
        var capacity = await reference.Paced.RunAsync(double.PositiveInfinity, options.Length, cancellation);
        return PartOfCapacity * capacity.RequestsPerSecond;
    }

    /// <summary>One after the other, each round in another order, so that no proxy always runs in the wake of the same one.</summary>
    private async Task<List<Sample>> RunRoundAsync(Bench bench, int round, double? rate, CancellationToken cancellation)
    {
        var count = bench.Proxies.Count;
        var order = Enumerable.Range(0, count).Select(i => bench.Proxies[(i + round) % count]);
        var samples = new List<Sample>();
        foreach (var proxy in round % 2 == 0 ? order : order.Reverse())
            samples.Add(await proxy.MeasureAsync(round, options.Length, rate, cancellation));
        return samples;
    }

    private void Tell(Workload workload, int round, List<Sample> samples)
    {
        _done++;
        var elapsed = time.GetElapsedTime(_started);
        var cpu = options.Proxies
            .Select(proxy => samples.First(sample => sample.Proxy == proxy.Name))
            .Select(sample => $"{sample.Proxy} {(sample.Saturated.CpuMs is { } ms ? $"{ms:F1} ms" : $"{sample.Saturated.RequestsPerSecond:F0}/s")}");
        output.WriteLine($"{workload.Name} {round + 1}/{options.Rounds}: {string.Join(", ", cpu)} ({_done}/{_rounds}, {elapsed * (_rounds - _done) / _done:mm\\:ss} left)");
    }
}
