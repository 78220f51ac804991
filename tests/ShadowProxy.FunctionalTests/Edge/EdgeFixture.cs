using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy.Edge.Admin;
using ShadowProxy.Edge.Hosting;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>The edge proxy in this process, with a control that the test can look into.</summary>
internal sealed class EdgeFixture : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly LogLines _log;

    private EdgeFixture(WebApplication app, FakeControl control, LogLines log)
    {
        (_app, _log) = (app, log);
        Control = control;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var admin = app.Services.GetServices<IHostedService>().OfType<AdminServer>().Single();
        Admin = new HttpClient { BaseAddress = admin.Address };
        Metrics = new HttpClient { BaseAddress = admin.MetricsAddress };
    }

    public FakeControl Control { get; }

    /// <summary>What it logged: the event's name and the message.</summary>
    public IReadOnlyCollection<string> Logged => _log.All;

    /// <summary>Calls the listener of clients' traffic.</summary>
    public HttpClient Client { get; }

    /// <summary>Calls the operators' listener.</summary>
    public HttpClient Admin { get; }

    /// <summary>Calls the listener of metrics and health.</summary>
    public HttpClient Metrics { get; }

    /// <summary>Starts it.</summary>
    /// <param name="config">The configuration file.</param>
    /// <param name="configure">What else to change in the host.</param>
    /// <param name="faked">False: the control is the proxy's own, and <see cref="Control"/> is not asked.</param>
    public static async Task<EdgeFixture> StartAsync(string config, Action<WebApplicationBuilder>? configure = null, bool faked = true)
    {
        var control = new FakeControl();
        var log = new LogLines();
        var app = await EdgeHost.BuildAsync(config, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log);
            if (faked)
                builder.Services.AddSingleton<IShadowingControl>(control);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new EdgeFixture(app, control, log);
    }

    /// <summary>The endpoints of the operators' listener.</summary>
    public IEnumerable<RouteEndpoint> AdminEndpoints =>
        _app.Services.GetServices<IHostedService>().OfType<AdminServer>().Single().Endpoints.OfType<RouteEndpoint>();

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        Metrics.Dispose();
        await _app.DisposeAsync();
    }
}
