using Microsoft.Extensions.Options;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Admin;
using ShadowProxy.Edge.Clients;
using ShadowProxy.Edge.Configuration;
using ShadowProxy.Edge.Telemetry;

namespace ShadowProxy.Edge.Hosting;

/// <summary>
/// Builds the edge proxy: YARP with ShadowProxy on Kestrel, the operators' listener beside it, and one configuration file over all.
/// </summary>
internal static class EdgeHost
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Builds the proxy, ready to run.</summary>
    /// <param name="configPath">The configuration file.</param>
    /// <param name="configure">What a test adds to or replaces in the host.</param>
    /// <exception cref="EdgeConfigurationException">The configuration has errors.</exception>
    public static async Task<WebApplication> BuildAsync(string configPath, Action<WebApplicationBuilder>? configure = null)
    {
        var mark = FileMark.Of(configPath);
        var report = await ConfigurationChecker.CheckAsync(configPath);
        if (report.Errors.Count > 0)
            throw new EdgeConfigurationException(report.Errors);

        var builder = WebApplication.CreateBuilder();
        var configuration = new LastGoodConfiguration(report);
        IConfigurationBuilder sources = builder.Configuration;
        sources.Sources.Clear();
        sources.Add(configuration).AddEnvironment();

        Readiness? readiness = null;
        EdgeLogging.Configure(builder, () => readiness?.Started == true);
        EdgeServer.Configure(builder, configuration, DefaultUrl);
        ServiceManager.Notify(builder);
        builder.AddEdgeTelemetry();
        builder.AddAccessLog();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ISettingLocator>(configuration);
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<TrustedProxies>();
        builder.Services.AddSingleton<RejectedConnections>();
        builder.Services.AddHostedService<AdminServer>();
        builder.Services.AddHostedService<GracefulShutdown>();
        builder.Services.AddSingleton<IConfigureOptions<HostOptions>, GracefulShutdown>();
        builder.Services.AddHostedService(services =>
            ActivatorUtilities.CreateInstance<ConfigurationWatcher>(services, configPath, mark!, configuration));
        builder.Services.AddRequestTimeouts();
        builder.Services
            .AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection(EdgeConfiguration.ReverseProxy))
            .AddShadowing(builder.Configuration.GetSection(EdgeConfiguration.Shadowing));
        configure?.Invoke(builder);

        var app = builder.Build();
        readiness = app.Services.GetRequiredService<Readiness>();
        foreach (var warning in report.Warnings)
            EdgeLog.ConfigurationWarning(app.Logger, warning);
        app.UseConnectionDrain(readiness);
        app.UseMiddleware<ForwardedClientMiddleware>();
        // Not left to the host, which would choose the route first, and so by the host name that a trusted proxy asked for.
        app.UseRouting();
        app.UseAccessLog();
        app.UseRequestTimeouts();
        app.MapReverseProxy(proxy => proxy.UseShadowing());
        return app;
    }
}
