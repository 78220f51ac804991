using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Cost.Serving;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost;

/// <summary>The nodes, and in front of them every proxy that is compared, all running and answering.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly ChildServer _nodes;
    private readonly List<MeasuredProxy> _proxies = [];

    private Bench(ChildServer nodes) => _nodes = nodes;

    public IReadOnlyList<MeasuredProxy> Proxies => _proxies;

    public static async Task<Bench> StartAsync(
        Workload workload,
        IReadOnlyList<ProxyKind> proxies,
        bool reports,
        ServerCertificate certificate,
        string folder,
        CancellationToken cancellation)
    {
        var bench = new Bench(await ChildServer.StartAsync(
            Role.Backend, [.. ServeCommand.Arguments(workload, certificate), .. reports ? ["--reports"] : Array.Empty<string>()]));
        try
        {
            var site = new Site(
                workload,
                [.. bench._nodes.Addresses.Take(NodeApp.Count)],
                bench._nodes.Addresses[NodeApp.Count],
                certificate,
                folder);
            foreach (var kind in proxies)
                bench._proxies.Add(new MeasuredProxy(kind, site, await kind.StartAsync(site)));
            foreach (var proxy in bench._proxies)
                await proxy.WaitUntilItAnswersAsync(cancellation);
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_proxies.Select(proxy => proxy.DisposeAsync().AsTask()));
        await _nodes.DisposeAsync();
    }
}
