using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>Two proxies before the same nodes that share nothing but their configuration.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private Replicas(TestNodes nodes, TestProxy other) => (Nodes, Other) = (nodes, other);

    /// <summary>The nodes; their clock is the first replica's.</summary>
    public TestNodes Nodes { get; }

    public TestProxy One => Nodes.Proxy;

    public TestProxy Other { get; }

    /// <summary>Starts three nodes and two replicas.</summary>
    /// <param name="cluster">Further members of the cluster.</param>
    /// <param name="shadowing">The `Shadowing` section.</param>
    public static async Task<Replicas> StartAsync(string cluster, string shadowing)
    {
        var configured = new ProxyConfiguration { Nodes = [] };
        var nodes = await TestNodes.StartAsync(
            3, configuration => configured = configuration with { ClusterMembers = cluster, Shadowing = shadowing });
        var other = await TestProxy.StartAsync(
            configured,
            services: services =>
            {
                services.AddSingleton(new RandomSource(seed: 2));
                new SteppedClock().Replace(services);
            },
            around: app => app.Use(Visit.Tell));
        return new Replicas(nodes, other);
    }

    public async ValueTask DisposeAsync()
    {
        await Other.DisposeAsync();
        await Nodes.DisposeAsync();
    }
}
