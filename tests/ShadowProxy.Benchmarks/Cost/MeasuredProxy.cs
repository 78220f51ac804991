using System.Net;
using ShadowProxy.Benchmarks.Cost.Loads;
using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>A proxy and the loads on it.</summary>
internal sealed class MeasuredProxy(ProxyKind kind, Site site, IServer server) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>CPU time; before that, code that is hot may still wait for the compiler, and seem to cost what it costs.</summary>
    private static readonly TimeSpan ShortestWarmUp = TimeSpan.FromSeconds(15);

    /// <summary>In seconds; what is not warm by then is compared cold.</summary>
    private const int LongestWarmUp = 30;

    private const double Improvement = 0.97;

    public string Name => kind.Name;

    public Site Site => site;

    public IServer Server => server;

    public ILoad Saturating { get; } = LoadTools.Saturating(site, server.Address);

    public ILoad Paced { get; } = LoadTools.Paced(site, server.Address);

    /// <summary>Lets it open its connections; and where it is compiled at run time, loads it until that makes it no cheaper.</summary>
    /// <param name="patience">How many seconds in a row bring nothing until that is believed.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task WarmUpAsync(int patience, CancellationToken cancellation)
    {
        var lowest = double.PositiveInfinity;
        var inVain = 0;
        var enough = Cpu() + ShortestWarmUp;
        for (var i = 0; i < LongestWarmUp && (inVain < patience || Cpu() < enough); i++)
        {
            var run = await MeasureAsync(Saturating, double.PositiveInfinity, TimeSpan.FromSeconds(1), cancellation);
            if (!kind.IsCompiledAtRunTime)
                break;
            inVain = run.CpuMs < Improvement * lowest ? 0 : inVain + 1;
            lowest = Math.Min(lowest, run.CpuMs ?? lowest);
        }
    }

    public async Task WaitUntilItAnswersAsync(CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => site.Certificate.Is(shown) },
        };
        using var client = new HttpClient(handler)
        {
            BaseAddress = server.Address,
            DefaultRequestVersion = site.Workload.Front == Wire.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        while (await TryGetAsync(client, limit.Token) is { } trouble)
        {
            try
            {
                await Task.Delay(RetryAfter, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{Name} does not answer: {trouble}");
            }
        }
    }

    /// <summary>What a load without pause, and then one at a rate, cost the process tree.</summary>
    public async Task<Sample> MeasureAsync(int round, TimeSpan length, double? rate, CancellationToken cancellation)
    {
        var saturated = await MeasureAsync(Saturating, double.PositiveInfinity, length, cancellation);
        double? memory = server.ProcessId is { } id ? ProcessTree.MemoryOf(id) / 1048576.0 : null;
        var paced = rate is { } given ? await MeasureAsync(Paced, given, length, cancellation) : null;
        return new Sample(Name, round, saturated, paced, memory);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static async Task<string?> TryGetAsync(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using var response = await client.GetAsync("/", cancellation);
            return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
    }

    private async Task<RunFigures> MeasureAsync(ILoad load, double rate, TimeSpan length, CancellationToken cancellation)
    {
        var allocatedBefore = await server.GetAllocatedAsync();
        var cpuBefore = Cpu();
        var result = await load.RunAsync(rate, length, cancellation);
        var cpu = Cpu() - cpuBefore;
        var allocated = await server.GetAllocatedAsync() - allocatedBefore;
        return new RunFigures(
            cpu?.TotalMilliseconds * 1000 / result.Requests,
            result.RequestsPerSecond,
            (double?)allocated / result.Requests,
            result.Failed,
            result.P50.TotalMilliseconds,
            result.P99.TotalMilliseconds);
    }

    private TimeSpan? Cpu() => server.ProcessId is { } id ? ProcessTree.CpuOf(id) : null;
}
