using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Nodes;
using ShadowProxy.Signals;

namespace ShadowProxy.FunctionalTests.Forwarding;

/// <summary>
/// A proxy before two nodes, <c>faulty</c> and <c>well</c>. The monitor does not look unless it is told to, so that no fault that was shown before
/// makes a node another one for the next request.
/// </summary>
internal sealed class InFlightRig : IAsyncDisposable
{
    /// <summary>Makes the answers that are waited for overdue.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(2);

    private readonly SteppedClock _clock = new();
    private TestProxy _proxy = null!;
    private int _flows;

    private InFlightRig(HttpProtocols nodeProtocol)
    {
        Faulty = Node(nodeProtocol, "faulty");
        Well = Node(nodeProtocol, "well");
        Faulty.Hangs = () => _clock.Pass(Overdue);
    }

    public FaultyNode Faulty { get; }

    public FaultyNode Well { get; }

    /// <summary>The proxy's address.</summary>
    public Uri Address => _proxy.Address;

    /// <summary>Starts a rig for requests that a fault befalls.</summary>
    public static async Task<InFlightRig> StartAsync(HttpProtocols clientProtocol, HttpProtocols nodeProtocol, Fault fault)
    {
        var rig = new InFlightRig(nodeProtocol);
        if (fault == Fault.ConnectRefused)
            rig.Faulty.Close();
        var inFlight = fault == Fault.HangFoundDead ? """ "InFlight": "Replay" """ : """ "Hedging": true """;
        rig._proxy = await TestProxy.StartAsync(
            new ProxyConfiguration
            {
                Nodes = [new TestNode(rig.Faulty.Id, rig.Faulty.Address), new TestNode(rig.Well.Id, rig.Well.Address)],
                DestinationVersion = nodeProtocol == HttpProtocols.Http2 ? "2" : "1.1",
                ActivityTimeout = fault == Fault.Hang ? TimeSpan.FromMilliseconds(500) : null,
                Shadowing = TestNodes.Shadowing($$""" "Defaults": { "IdempotencyHeader": "{{InFlightRequest.KeyHeader}}", {{inFlight}} } """),
            },
            new LoopbackListener { Protocols = clientProtocol },
            rig._clock.Replace,
            app => app.Use(Visit.Tell));
        return rig;
    }

    /// <summary>A user whose flow is on the faulty node, over a connection that stands, unless nobody listens there.</summary>
    public async Task<Visitor> BeginFlowAsync(HttpClient client, bool isReached)
    {
        var visitor = new Visitor(client, $"flow{Interlocked.Increment(ref _flows)}");
        var first = await visitor.GetAsync();
        Assert.True(_proxy.Control.Move(first.Signature, Faulty.Id).Done);
        if (isReached)
            Assert.Equal((HttpStatusCode.OK, Faulty.Id), await visitor.GetAsync() is var visit ? (visit.Status, visit.Body) : default);
        FillBudgets();
        return visitor;
    }

    /// <summary>Two probes in a row find the faulty node dead, and the monitor looks at what waits for it, a few times.</summary>
    /// <param name="answer">Ends this once the client has its answer.</param>
    public async Task FindDeadAsync(Task answer)
    {
        var faulty = Cluster.Nodes.Single(node => node.Id == Faulty.Id);
        for (var i = 0; i < 2; i++)
            faulty.Probes.Add(new ProbeResult(Alive: false, TimeSpan.Zero, TimeSpan.Zero, "refused", Refused: true));
        for (var i = 0; i < 50 && !answer.IsCompleted; i++)
        {
            _clock.Tick(_proxy);
            await Task.WhenAny(answer, Task.Delay(10));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await Faulty.DisposeAsync();
        await Well.DisposeAsync();
    }

    private ShadowCluster Cluster => _proxy.Services.GetRequiredService<NodeRegistry>().Clusters.Single();

    private static FaultyNode Node(HttpProtocols protocol, string id) =>
        protocol == HttpProtocols.Http2 ? new FaultyHttp2Node(id) : new FaultyHttp1Node(id);

    /// <summary>As the monitor would after requests that went well.</summary>
    private void FillBudgets()
    {
        Cluster.Retries.Fill(1000, 0);
        Cluster.Hedges.Fill(1000, 0);
    }
}

/// <summary>The rigs that faults share, each started when it is first asked for.</summary>
public sealed class InFlightRigs : IAsyncDisposable
{
    private readonly Dictionary<(HttpProtocols, HttpProtocols, bool, bool), InFlightRig> _rigs = [];

    internal async Task<InFlightRig> FindAsync(HttpProtocols clientProtocol, HttpProtocols nodeProtocol, Fault fault)
    {
        var key = (clientProtocol, nodeProtocol, fault == Fault.ConnectRefused, fault == Fault.Hang);
        if (!_rigs.TryGetValue(key, out var rig))
            _rigs.Add(key, rig = await InFlightRig.StartAsync(clientProtocol, nodeProtocol, fault));
        return rig;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var rig in _rigs.Values)
            await rig.DisposeAsync();
    }
}
