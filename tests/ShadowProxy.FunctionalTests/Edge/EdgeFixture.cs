using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowProxy.Edge.Admin;
using ShadowProxy.Edge.Hosting;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>The edge proxy in this process, with a control that the test can look into.</summary>
internal sealed class EdgeFixture : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdgeFixture(WebApplication app, FakeControl control)
    {
        _app = app;
        Control = control;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var admin = app.Services.GetServices<IHostedService>().OfType<AdminServer>().Single();
        Admin = new HttpClient { BaseAddress = admin.Address };
        Metrics = new HttpClient { BaseAddress = admin.MetricsAddress };
    }

    public FakeControl Control { get; }

    /// <summary>Calls the listener of clients' traffic.</summary>
    public HttpClient Client { get; }

    /// <summary>Calls the operators' listener.</summary>
    public HttpClient Admin { get; }

    /// <summary>Calls the listener of metrics and health.</summary>
    public HttpClient Metrics { get; }

    public static async Task<EdgeFixture> StartAsync(string config, Action<WebApplicationBuilder>? configure = null)
    {
        var control = new FakeControl();
        var app = await EdgeHost.BuildAsync(config, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<IShadowingControl>(control);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new EdgeFixture(app, control);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        Metrics.Dispose();
        await _app.DisposeAsync();
    }
}
