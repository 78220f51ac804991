using System.Net.Sockets;
using ShadowProxy.Benchmarks.Cost.Loads;
using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>
/// Sends the same load through each proxy in turn, round after round, each proxy in processes of its own, and compares what they took
/// for it.
/// </summary>
/// <param name="options">What to measure.</param>
/// <param name="output">Where progress goes.</param>
/// <param name="time">Tells how long it has taken.</param>
internal sealed class CostBenchmark(CostOptions options, TextWriter output, TimeProvider time)
{
    /// <summary>Two runs of a program differ by how it was compiled at run time: so each few rounds have processes of their own.</summary>
    private const int RoundsPerProcess = 3;

    /// <summary>The part of what the reference can do that is the rate for all.</summary>
    private const double PartOfCapacity = 0.5;

    private readonly IReadOnlyList<Workload> _rows = [.. options.Rows.Where(row => LoadTools.Missing(row) is null)];
    private readonly IReadOnlyList<ProxyKind> _proxies = [.. options.Proxies.Where(proxy => proxy.Missing is null)];
    private readonly long _started = time.GetTimestamp();
    private int _done;

    /// <summary>Measures all rows; one that fails is left out, and said.</summary>
    /// <param name="command">What was called, for the report.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<CostReport> RunAsync(string command, CancellationToken cancellation)
    {
        var report = new CostReport(
            command, time.GetUtcNow(), TestBed.Machine, await TestBed.GetVersionsAsync(cancellation), [.. GetMissing()], Rows: []);
        foreach (var missing in report.LeftOut)
            output.WriteLine($"Left out: {missing}.");
        var folder = Directory.CreateTempSubdirectory("shadowproxy-cost-").FullName;
        try
        {
            var certificate = ServerCertificate.Create(folder, time);
            foreach (var workload in _rows)
            {
                try
                {
                    var row = await RunRowAsync(workload, certificate, folder, cancellation);
                    report = report with { Rows = [.. report.Rows, row] };
                    output.WriteLine($"\n{row.Title}\n\n{row.ToTable()}\n");
                }
                catch (Exception exception) when (exception is InvalidOperationException or IOException or SocketException)
                {
                    report = report with { LeftOut = [.. report.LeftOut, $"{workload.Title}: {exception.Message}"] };
                    output.WriteLine($"Left out: {report.LeftOut[^1]}");
                }
            }

            return report;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<string> GetMissing() =>
    [
        .. options.Proxies.Select(proxy => proxy.Missing).OfType<string>(),
        .. options.Rows.Where(row => LoadTools.Missing(row) is not null).Select(row => $"{row.Title}: {LoadTools.Missing(row)}"),
        .. LoadTools.Wrk is null ? ["wrk is not installed, own clients load instead"] : Array.Empty<string>(),
    ];

    private async Task<RowReport> RunRowAsync(
        Workload workload, ServerCertificate certificate, string folder, CancellationToken cancellation)
    {
        double? rate = null;
        var samples = new List<Sample>();
        for (var round = 0; round < options.Rounds;)
        {
            await using var bench = await Bench.StartAsync(workload, _proxies, options.Reports, certificate, folder, cancellation);
            foreach (var proxy in bench.Proxies)
                await proxy.WarmUpAsync(options.Patience, cancellation);
            if (options.Paced)
                rate = await GetRateAsync(bench, rate, cancellation);
            for (var i = 0; i < RoundsPerProcess && round < options.Rounds; i++, round++)
            {
                var measured = await RunRoundAsync(bench, round, rate, cancellation);
                samples.AddRange(measured);
                Tell(workload, round, measured);
            }
        }

        var figures = _proxies.Select(proxy => ProxyFigures.Of(proxy.Name, samples, ProxyKind.Reference));
        return new RowReport(workload.Name, workload.Title, rate, [.. figures], samples);
    }

    /// <summary>
    /// Half of what the reference can do, or the first proxy where that is not measured. All are tried, so that all are equally warm.
    /// </summary>
    private async Task<double> GetRateAsync(Bench bench, double? known, CancellationToken cancellation)
    {
        var reference = bench.Proxies.FirstOrDefault(proxy => proxy.Name == ProxyKind.Reference) ?? bench.Proxies[0];
        foreach (var proxy in bench.Proxies)
        {
            var capacity = await proxy.Paced.RunAsync(double.PositiveInfinity, options.Length, cancellation);
            if (proxy == reference)
                known ??= PartOfCapacity * capacity.RequestsPerSecond;
        }

        return known!.Value;
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
        var left = time.GetElapsedTime(_started) * ((double)(options.Rounds * _rows.Count) / _done - 1);
        var figures = _proxies
            .Select(proxy => samples.First(sample => sample.Proxy == proxy.Name))
            .Select(sample => sample.Saturated.CpuMs is { } cpu
                ? $"{sample.Proxy} {cpu:F1} ms" : $"{sample.Proxy} {sample.Saturated.RequestsPerSecond:F0}/s");
        output.WriteLine($"{workload.Name} {round + 1}/{options.Rounds}: {string.Join(", ", figures)} ({left:mm\\:ss} left)");
    }
}
