namespace ShadowProxy.Benchmarks.Cost;

/// <summary>
/// Sends the same load through plain YARP and through ShadowProxy in turn, each proxy a process of its own, and compares
/// the CPU time that each took for a request.
/// </summary>
/// <param name="rounds">How many pairs of runs.</param>
/// <param name="length">About how long a run takes.</param>
/// <param name="reports">Whether the backends report their load with each answer.</param>
/// <param name="saturated">Whether the load comes without pause, so that each proxy does all it can, instead of at one rate for both.</param>
/// <param name="compared">The proxy compared with plain YARP; plain YARP itself shows how far noise alone goes.</param>
internal sealed class CostBenchmark(int rounds, TimeSpan length, bool reports, bool saturated, Role compared)
{
    /// <summary>Two runs of the same program differ by how it was compiled at run time: so each few rounds have processes of their own.</summary>
    private const int RoundsPerProcess = 8;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    /// <summary>The part of what plain YARP can do without pause that is the rate for both.</summary>
    private const double PartOfCapacity = 0.5;

    private int _requests;
    private double _rate;

    private string Compared => compared == Role.Shadow ? "shadow" : "control";

    public async Task<CostReport> RunAsync(TextWriter output, CancellationToken cancellation)
    {
        await using var backend = await ChildServer.StartAsync(Role.Backend, reports ? ["--reports"] : []);
        var backends = backend.Addresses.SelectMany(address => (string[])["--backend", address.ToString()]).ToArray();
        var done = new List<RoundCost>();
        output.WriteLine(CostReport.Header);
        while (done.Count < rounds)
        {
            await using var plain = await MeasuredProxy.StartAsync(Role.Plain, backends);
            await using var shadow = await MeasuredProxy.StartAsync(compared, backends);
            await WarmUpAsync(plain, cancellation);
            await WarmUpAsync(shadow, cancellation);
            for (var i = 0; i < RoundsPerProcess && done.Count < rounds; i++)
            {
                var round = await RunRoundAsync(plain, shadow, shadowFirst: done.Count % 2 == 1, cancellation);
                done.Add(round);
                output.WriteLine(CostReport.Row($"plain {done.Count}", round.Plain));
                output.WriteLine(CostReport.Row($"{Compared} {done.Count}", round.Shadow));
            }
        }

        return new CostReport(Compared, _requests, done);
    }

    /// <summary>Lets the proxy compile what is hot; the first one warmed also tells the rate, and how many requests a run has.</summary>
    private async Task WarmUpAsync(MeasuredProxy proxy, CancellationToken cancellation)
    {
        const int batch = 10_000;
        var spent = TimeSpan.Zero;
        var sent = 0;
        var last = default(LoadResult);
        while (spent < WarmUp)
        {
            last = await proxy.LoadAsync(batch, double.PositiveInfinity, Limit, cancellation);
            spent += last.Elapsed;
            sent += last.Requests;
        }

        if (_requests > 0)
            return;
        var capacity = last.Requests / last.Elapsed.TotalSeconds;
        _rate = saturated ? double.PositiveInfinity : PartOfCapacity * capacity;
        _requests = (int)(Math.Min(_rate, capacity) * length.TotalSeconds);
    }

    private async Task<RoundCost> RunRoundAsync(
        MeasuredProxy plain, MeasuredProxy shadow, bool shadowFirst, CancellationToken cancellation)
    {
        var first = await (shadowFirst ? shadow : plain).MeasureAsync(_requests, _rate, Limit, cancellation);
        var second = await (shadowFirst ? plain : shadow).MeasureAsync(_requests, _rate, Limit, cancellation);
        return shadowFirst ? new RoundCost(second, first) : new RoundCost(first, second);
    }

    private TimeSpan Limit => TimeSpan.FromSeconds(30) + (10 * length);
}
