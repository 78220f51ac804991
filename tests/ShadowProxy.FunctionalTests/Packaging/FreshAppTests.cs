using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Packaging;

/// <summary>The packages, used from outside.</summary>
[Collection(PackagingCollection.Name)]
public sealed class FreshAppTests(PackageFeed feed)
{
    private const string LoadReport = "endpoint-load-metrics";

    [Fact]
    public async Task App_MadeWithThePackages_ProxiesAndReports()
    {
        await using var backend = await TestBackend.StartAsync(context =>
        {
            context.Response.Headers[LoadReport] = "TEXT cpu_utilization=0.3";
            return context.Response.WriteAsync("from the backend");
        });
        var app = new FreshApp(feed);
        await app.BuildAsync(backend.Address);

        await using var process = new ServerProcess(
            new ProcessStartInfo("dotnet", [app.Assembly, "--urls", "http://127.0.0.1:0", "--contentRoot", app.ContentRoot]));
        using var http = new HttpClient { BaseAddress = await process.ListeningAsync(), Timeout = Patience.Limit };
        using var proxied = await http.GetAsync("/");
        using var own = await http.GetAsync("/self");

        Assert.Equal("from the backend", await proxied.Content.ReadAsStringAsync());
        // The proxy takes reports in, the agent sends them.
        Assert.False(proxied.Headers.Contains(LoadReport));
        Assert.True(own.Headers.Contains(LoadReport));
    }
}
