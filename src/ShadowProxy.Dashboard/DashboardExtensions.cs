using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using ShadowProxy.Dashboard.Actions;
using ShadowProxy.Dashboard.Feed;
using ShadowProxy.Dashboard.Layout;

namespace ShadowProxy.Dashboard;

/// <summary>Puts the live page on an application.</summary>
public static class DashboardExtensions
{
    /// <summary>Where the page is.</summary>
    public const string Path = "/dashboard";

    /// <summary>How long a page that lost its connection may take to come back with all that was open on it.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds what the page needs. It shows and does what the <see cref="Telemetry.OperatorControl"/> among the services lets its user see and do; users in the
    /// role <c>operate</c> are offered what there is to do. That and a <see cref="TimeProvider"/> are to be there, too.
    /// </summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddShadowProxyDashboard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRazorComponents().AddInteractiveServerComponents(circuits => circuits.DisconnectedCircuitRetentionPeriod = Retention);
        services.AddMudServices();
        services.AddSingleton<DashboardFeed>();
        services.AddScoped<OperatorActs>();
        return services;
    }

    /// <summary>Maps the page to <see cref="Path"/>, sends <c>/</c> there, and serves its files. Needs routing and antiforgery before it.</summary>
    /// <param name="routes">The application's routes.</param>
    /// <exception cref="InvalidOperationException">The list of the application's static files, <c>NAME.staticwebassets.endpoints.json</c>, is not there.</exception>
    public static void MapShadowProxyDashboard(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.MapStaticAssets();
        routes.MapGet("/", () => Results.Redirect(Path));
        routes.MapRazorComponents<Document>()
            // What is sent is small. And without compression Blazor sets no policy of its own beside the host's.
            .AddInteractiveServerRenderMode(mode => (mode.DisableWebSocketCompression, mode.ContentSecurityFrameAncestorsPolicy) = (true, null))
            .WithStaticAssets();
    }
}
