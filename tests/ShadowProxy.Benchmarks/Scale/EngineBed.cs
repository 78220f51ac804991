using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>The engine as an application has it, without HTTP: nobody listens where its nodes are said to be.</summary>
internal sealed class EngineBed : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly RouteSettings _route = RouteSettings.Resolve(null, new DefaultsOptions());

    /// <param name="capacity">Flows that its tables hold at most.</param>
    /// <param name="clusters">How many clusters there are.</param>
    /// <param name="nodesOfEach">How many nodes each has.</param>
    public EngineBed(int capacity, int clusters = 1, int nodesOfEach = 4)
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Capacity", capacity.ToString(CultureInfo.InvariantCulture))])
            .Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Time).AddSingleton(new RandomSource(1));
        services.AddReverseProxy().AddShadowing(section);
        _services = services.BuildServiceProvider();
        Tables = _services.GetRequiredService<FlowTables>();
        Router = _services.GetRequiredService<FlowRouter>();
        Monitor = _services.GetRequiredService<FlowMonitor>();
        var registry = _services.GetRequiredService<NodeRegistry>();
        for (var cluster = 0; cluster < clusters; cluster++)
            registry.Update($"c{cluster}", [.. Enumerable.Range(0, nodesOfEach).Select(Describe)]);
        Clusters = [.. registry.Clusters];
    }

    /// <summary>The clock.</summary>
    public LeapingTime Time { get; } = new();

    public FlowTables Tables { get; }

    public FlowRouter Router { get; }

    public FlowMonitor Monitor { get; }

    public IReadOnlyList<ShadowCluster> Clusters { get; }

    /// <summary>Room for so many flows, though stripes fill unevenly.</summary>
    public static int CapacityFor(int flows) => Math.Max(1000, flows / 8 * 9);

    /// <summary>The i-th of many signatures that are as good as random.</summary>
    public static Signature Flow(long i) => new(Mix((ulong)i), Mix((ulong)i ^ 0xABCD_EF01_2345_6789));

    /// <summary>One of the first flows, as good as drawn at random.</summary>
    /// <param name="i">The number of the draw.</param>
    /// <param name="flows">How many there are to draw from.</param>
    public static Signature Draw(long i, int flows) => Flow((long)(Mix((ulong)~i) % (ulong)flows));

    /// <summary>A request of a flow comes to the first cluster.</summary>
    public Node? Ask(in Signature signature, bool byConnection = false) =>
        Router.Choose(signature, Clusters[0], _route, byConnection).Node;

    /// <summary>The first so many flows come, each with its first request.</summary>
    /// <exception cref="InvalidOperationException">The tables did not take all of them.</exception>
    public void Fill(int flows)
    {
        for (var i = 0; i < flows; i++)
            Ask(Flow(i));
        if (Tables.Flows.Count != flows || Tables.Shadows.Count != flows)
            throw new InvalidOperationException($"Of {flows} flows the tables hold {Tables.Flows.Count} and {Tables.Shadows.Count}.");
    }

    public void Dispose() => _services.Dispose();

    private static NodeDescription Describe(int node) =>
        new($"n{node}", $"http://n{node}:80/", new NodeSettings(1, null, default, 0), new DestinationState($"n{node}"));

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
