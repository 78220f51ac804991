using System.Globalization;
using ShadowProxy.Benchmarks.Cost;
using ShadowProxy.Benchmarks.Cost.Loads;
using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Cost.Workloads;
using ShadowProxy.Benchmarks.Scale.Reporting;

namespace ShadowProxy.Benchmarks.Scale.Flood;

/// <summary>
/// What the requests of established flows see of a flood of new signatures, through <c>shadowproxy run</c>, beside a flood of the same rate
/// that brings none.
/// </summary>
/// <param name="signatures">How many signatures each kind of flood makes up.</param>
/// <param name="time">Names the time of certificates.</param>
/// <param name="tell">Where progress goes.</param>
internal sealed class FloodMeasurement(int signatures, TimeProvider time, Action<string> tell)
{
    private const int Capacity = 100_000;
    private const double EstablishedRate = 500;
    private const double FloodRate = 5_000;
    private const double MiB = 1 << 20;

    /// <summary>Of the flood's time, one part in five is without new signatures, before and after each part with them.</summary>
    private static readonly TimeSpan KnownLength = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan NewLength = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public async Task<ScaleSection> RunAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("shadowproxy-flood-").FullName;
        try
        {
            var certificate = ServerCertificate.Create(folder, time);
            var one = await MeasureAsync("one client", 1, certificate, folder, cancellation);
            var many = await MeasureAsync("64 clients", 64, certificate, folder, cancellation);
            return new ScaleSection("flood", "A flood of new signatures, as established flows see it", string.Create(CultureInfo.InvariantCulture, $"""
                {Sessions.Count:N0} established sessions ask {EstablishedRate:N0} times a second; beside them clients ask up to {FloodRate:N0} times a
                second, now under sessions that they make up for each request, now under a thousand that are known. The tables hold
                {Capacity:N0} flows. Ratios are medians over the parts of the run, each against the known ones before and after it.
                """), [one, many]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<ScaleRow> MeasureAsync(string name, int clients, ServerCertificate certificate, string folder, CancellationToken cancellation)
    {
        var workload = Workload.All[0];
        var edge = new ProxyKind("shadowproxy", null, true, site => Task.FromResult(EdgeServer.Start(EdgeServer.Built, site, Capacity)));
        await using var bench = await Bench.StartAsync(workload, [edge], reports: false, certificate, folder, cancellation);
        var proxy = bench.Proxies[0];
        var flood = new FloodLoad(proxy.Site, proxy.Server.Address, clients);
        tell($"flood: {name}, warming up");
        await RunAsync(proxy.Paced, flood, anew: false, WarmUp, cancellation);
        var p50 = new List<double?>();
        var p99 = new List<double?>();
        var known = new List<LoadResult> { (await RunAsync(proxy.Paced, flood, anew: false, KnownLength, cancellation)).Established };
        var flooded = new List<LoadResult>();
        var rates = new List<double?>();
        double fullMemory = double.NaN;
        while (flood.Made < signatures)
        {
            var (established, sent) = await RunAsync(proxy.Paced, flood, anew: true, NewLength, cancellation);
            flooded.Add(established);
            rates.Add(sent / NewLength.TotalSeconds);
            known.Add((await RunAsync(proxy.Paced, flood, anew: false, KnownLength, cancellation)).Established);
            p50.Add(established.P50 / ((known[^2].P50 + known[^1].P50) / 2));
            p99.Add(established.P99 / ((known[^2].P99 + known[^1].P99) / 2));
            if (double.IsNaN(fullMemory) && flood.Made > 2 * Capacity)
                fullMemory = Memory(proxy);
            tell(string.Create(CultureInfo.InvariantCulture, $"flood: {name}, {flood.Made:N0} new signatures, p50 × {p50[^1]:F2}, p99 × {p99[^1]:F2}"));
        }

        return new ScaleRow(
            name,
            new("new signatures", flood.Made),
            new("a second", Statistics.Median(rates)!.Value),
            new("p50 ms known", Median(known, result => result.P50), 3),
            new("flooded", Median(flooded, result => result.P50), 3),
            new("ratio", Statistics.Median(p50)!.Value, 2),
            new("p99 ms known", Median(known, result => result.P99), 3),
            new("flooded", Median(flooded, result => result.P99), 3),
            new("ratio", Statistics.Median(p99)!.Value, 2),
            new("MiB after 200,000", fullMemory),
            new("MiB at the end", Memory(proxy)));
    }

    private static async Task<(LoadResult Established, long Flood)> RunAsync(
        ILoad paced, FloodLoad flood, bool anew, TimeSpan length, CancellationToken cancellation)
    {
        var flooding = flood.RunAsync(anew, FloodRate, length, cancellation);
        var established = await paced.RunAsync(EstablishedRate, length, cancellation);
        return (established, await flooding);
    }

    private static double Median(List<LoadResult> results, Func<LoadResult, TimeSpan> quantile) =>
        Statistics.Median(results.Select(result => (double?)quantile(result).TotalMilliseconds))!.Value;

    private static double Memory(MeasuredProxy proxy) => ProcessTree.MemoryOf(proxy.Server.ProcessId!.Value) / MiB;
}
