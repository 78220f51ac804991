using ShadowProxy.Telemetry;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Edge.Demo;

/// <summary>The proxy of the demo: on a real port of loopback, in this process.</summary>
internal sealed class DemoProxy : IAsyncDisposable
{
    private const string Id = "demo";
    private const string HealthPath = "/health";

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private DemoProxy(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>What it knows and does.</summary>
    /// <param name="started">When the load started.</param>
    public IProxyView View(DateTimeOffset started) =>
        _app.Services.GetService<IShadowingControl>() is { } control
            ? new ShadowingView(control, started)
            : new PlainView(_app.Services.GetRequiredService<IProxyStateLookup>());

    /// <summary>Starts ShadowProxy with its default settings, probes every second.</summary>
    public static Task<DemoProxy> StartShadowingAsync(
        IReadOnlyDictionary<string, Uri> backends, int port, DemoFeed feed, CancellationToken cancellationToken)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Defaults:Probe:Path"] = HealthPath,
            ["Defaults:Probe:Interval"] = "00:00:01",
        }).Build();
        return StartAsync(
            port,
            feed,
            proxy => proxy.LoadFromMemory([Route], [Cluster(backends)]).AddShadowing(settings),
            proxy => proxy.UseShadowing(),
            cancellationToken);
    }

    /// <summary>Starts plain YARP, set up as <see cref="PlainYarp"/> says.</summary>
    public static Task<DemoProxy> StartPlainAsync(
        IReadOnlyDictionary<string, Uri> backends, int port, DemoFeed feed, CancellationToken cancellationToken) =>
        StartAsync(
            port,
            feed,
            proxy => PlainYarp.Add(proxy, Route, Cluster(backends), HealthPath),
            PlainYarp.Use,
            cancellationToken);

    /// <summary>Stops it; requests in flight get a second to end.</summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(ShutdownTimeout);
        await _app.StopAsync(timeout.Token);
        await _app.DisposeAsync();
    }

    private static RouteConfig Route => new() { RouteId = Id, ClusterId = Id, Match = new RouteMatch { Path = "{**path}" } };

    private static ClusterConfig Cluster(IReadOnlyDictionary<string, Uri> backends) => new()
    {
        ClusterId = Id,
        Destinations = backends.ToDictionary(b => b.Key, b => new DestinationConfig { Address = b.Value.AbsoluteUri }),
    };

    private static async Task<DemoProxy> StartAsync(
        int port, DemoFeed feed, Action<IReverseProxyBuilder> add, Action<IReverseProxyApplicationBuilder> use, CancellationToken cancellationToken)
    {
        // Empty: neither the environment nor a settings file nor the console has a say in the demo.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.AddProvider(new FeedLogging(feed));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        add(builder.Services.AddReverseProxy());
        var app = builder.Build();
        app.MapReverseProxy(use);
        await app.StartAsync(cancellationToken);
        return new DemoProxy(app);
    }

    /// <summary>Leaves Ctrl-C to the command, which stops load, proxy and backends in this order.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
