using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>
/// A proxy in front of some nodes, with what it did for each request told to the client in headers, and as many visitors as a test wants.
/// </summary>
internal sealed class TestNodes : IAsyncDisposable
{
    private const string Key = "\"SignatureKey\": \"0123456789abcdef0123456789abcdef\"";

    private readonly TestNodeBackend[] _nodes;
    private readonly LoopbackListener _listener;
    private readonly List<HttpClient> _clients = [];
    private readonly Lazy<HttpClient> _shared;
    private int _visitors;

    private TestNodes(TestNodeBackend[] nodes, LoopbackListener listener)
    {
        _nodes = nodes;
        _listener = listener;
        _shared = new Lazy<HttpClient>(() => CreateClient());
    }

    public TestNodeBackend this[int index] => _nodes[index];

    public TestNodeBackend this[string id] => _nodes.Single(node => node.Id == id);

    public IReadOnlyList<TestNodeBackend> All => _nodes;

    public IEnumerable<string> Ids => _nodes.Select(node => node.Id);

    public SteppedClock Clock { get; } = new();

    public TestProxy Proxy { get; private set; } = null!;

    public IShadowingControl Control => Proxy.Control;

    /// <summary>The members of a `Shadowing` section with a fixed key, so that placement is the same in every run.</summary>
    public static string Shadowing(string members = "") => members.Length == 0 ? $"{{ {Key} }}" : $"{{ {Key}, {members} }}";

    /// <summary>Starts nodes `n0`, `n1`, … and the proxy.</summary>
    /// <param name="count">How many nodes.</param>
    /// <param name="configure">Changes the configuration.</param>
    /// <param name="stepped">False: time is real, and nodes are probed.</param>
    /// <param name="protocols">The HTTP version of clients.</param>
    /// <param name="nodeProtocols">The HTTP version of nodes.</param>
    /// <param name="pipeline">The pipeline within YARP; <c>UseShadowing</c> where left out.</param>
    public static async Task<TestNodes> StartAsync(
        int count,
        Func<ProxyConfiguration, ProxyConfiguration>? configure = null,
        bool stepped = true,
        HttpProtocols protocols = HttpProtocols.Http1,
        HttpProtocols nodeProtocols = HttpProtocols.Http1,
        Action<IReverseProxyApplicationBuilder>? pipeline = null)
    {
        var nodes = Enumerable.Range(0, count).Select(index => new TestNodeBackend($"n{index}")).ToArray();
        foreach (var node in nodes)
            node.Backend = await TestBackend.StartAsync(node.AnswerAsync, new LoopbackListener { Protocols = nodeProtocols });
        var started = new TestNodes(nodes, new LoopbackListener { Protocols = protocols });
        var configuration = started.Configuration() with { DestinationVersion = nodeProtocols == HttpProtocols.Http2 ? "2" : "1.1" };
        started.Proxy = await TestProxy.StartAsync(
            configure?.Invoke(configuration) ?? configuration,
            started._listener,
            services =>
            {
                services.AddSingleton(new RandomSource(seed: 1));
                if (stepped)
                    started.Clock.Replace(services);
            },
            app => app.Use(Visit.Tell),
            pipeline);
        return started;
    }

    /// <summary>The configuration to start from.</summary>
    public ProxyConfiguration Configuration() => ProxyConfiguration.For([.. _nodes.Select(node => node.Backend)]) with { Shadowing = Shadowing() };

    /// <summary>Lets the monitor's time pass.</summary>
    public void Tick(int ticks = 1) => Clock.Tick(Proxy, ticks);

    /// <summary>How the monitor sees a node.</summary>
    public NodeStatus Status(string id) => Control.GetNodes().Single(node => node.Node == id);

    /// <summary>Connections for visitors to share, at most so many of HTTP/1.1 and one of HTTP/2.</summary>
    public HttpClient CreateClient(int connections = 8)
    {
        var http2 = _listener.Protocols == HttpProtocols.Http2;
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, MaxConnectionsPerServer = connections })
        {
            BaseAddress = Proxy.Address,
            Timeout = Patience.Limit,
            DefaultRequestVersion = http2 ? new Version(2, 0) : new Version(1, 1),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _clients.Add(client);
        return client;
    }

    /// <summary>A visitor who comes with a session of his own. Any thread may ask for one.</summary>
    public Visitor CreateVisitor(HttpClient? client = null) => new(client ?? _shared.Value, $"visitor{Interlocked.Increment(ref _visitors)}");

    /// <summary>A visitor whom the next answer gives a session.</summary>
    public Visitor CreateStranger(HttpClient? client = null) => new(client ?? _shared.Value, null);

    /// <summary>A visitor whose flow lives on the node.</summary>
    public async Task<Visitor> VisitorOfAsync(string id)
    {
        while (true)
        {
            var visitor = CreateVisitor();
            if ((await visitor.GetAsync()).Body == id)
                return visitor;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await Proxy.DisposeAsync();
        foreach (var node in _nodes)
            await node.Backend.DisposeAsync();
    }
}
