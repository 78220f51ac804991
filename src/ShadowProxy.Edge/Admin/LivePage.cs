using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using ShadowProxy.Dashboard;

namespace ShadowProxy.Edge.Admin;

/// <summary>Hosts the live page on the operators' listener.</summary>
internal static class LivePage
{
    private static readonly string Name = typeof(LivePage).Assembly.GetName().Name!;

    /// <summary>The page's files stand beside the program, wherever it is started from.</summary>
    public static WebApplicationOptions Options => new() { ApplicationName = Name, ContentRootPath = AppContext.BaseDirectory };

    /// <summary>Adds what the page needs.</summary>
    public static void AddTo(WebApplicationBuilder builder)
    {
        // In a build's output the files are where projects and packages have them; what was published has them all.
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        // What pages are sealed with lives as long as the process: a page of an earlier run loads itself anew.
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddShadowProxyDashboard();
    }

    /// <summary>Maps the page. Where its files were left out, all else is served, and the log says so.</summary>
    public static void Map(WebApplication app)
    {
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, $"{Name}.staticwebassets.endpoints.json")))
        {
            app.UseAntiforgery();
            app.MapShadowProxyDashboard();
        }
        else
        {
            app.Logger.LogWarning("There is no live page: {Name}.staticwebassets.endpoints.json and wwwroot are not beside the program", Name);
        }
    }
}
