using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using OpenTelemetry.Metrics;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Configuration;
using ShadowProxy.Edge.Hosting;

namespace ShadowProxy.Edge.Admin;

/// <summary>
/// The operators' listeners, each a small application of its own, so that no admin route exists where clients' traffic arrives.
/// They start before the proxy listens and stop after it has drained.
/// </summary>
internal sealed class AdminServer(IConfiguration configuration, IServiceProvider proxy, ListenSockets sockets, ILoggerFactory logging)
    : IHostedService, IAsyncDisposable
{
    private readonly AdminOptions _options = ShadowingOptionsValidator.Read(configuration.GetSection(EdgeConfiguration.Shadowing), []).Admin;
    private readonly List<WebApplication> _listeners = [];

    /// <summary>Where <c>/admin</c> is served; null where it is not. Set once started.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Where <c>/metrics</c> and <c>/health</c> are served; null where they are not. Set once started.</summary>
    public Uri? MetricsAddress { get; private set; }

    /// <summary>All endpoints of the operators' listener, once started.</summary>
    public IEnumerable<Endpoint> Endpoints => ((IEndpointRouteBuilder)_listeners[0]).DataSources.SelectMany(source => source.Endpoints);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var apart = !string.IsNullOrEmpty(_options.MetricsUrl);
        if (_options.Url.Length > 0)
            Address = await ListenAsync(_options.Url, operators: true, metrics: !apart, cancellationToken);
        MetricsAddress = apart ? await ListenAsync(_options.MetricsUrl!, operators: false, metrics: true, cancellationToken) : Address;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var listener in _listeners)
            await listener.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
            await listener.DisposeAsync();
        _listeners.Clear();
    }

    private async Task<Uri> ListenAsync(string url, bool operators, bool metrics, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(operators ? LivePage.Options : new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(url);
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = sockets.Create);
        builder.Services.AddSingleton(logging);
        builder.Services.AddRoutingCore().AddProblemDetails();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        if (operators)
            AdminApplication.AddServices(builder, _options, proxy);
        var app = builder.Build();
        _listeners.Add(app);
        app.Use(NotMeasured);
        app.UseStatusCodePages();
        if (operators)
            AdminApplication.Use(app);
        else
            app.UseRouting();
        if (metrics)
        {
            HealthEndpoints.Map(app, proxy.GetRequiredService<Readiness>());
            var meters = proxy.GetRequiredService<MeterProvider>();
            app.MapPrometheusScrapingEndpoint("/metrics", meters, configureBranchedPipeline: null, optionsName: null);
        }
        await app.StartAsync(cancellationToken);
        return new Uri(app.Urls.First());
    }

    /// <summary>The durations of requests are those of clients' requests: what operators ask is not among them.</summary>
    private static Task NotMeasured(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } measured)
            measured.MetricsDisabled = true;
        return next(context);
    }

    /// <summary>The proxy alone decides when to stop.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
