using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Packaging;

/// <summary>What the container image holds, run as it is run there, without a container.</summary>
[Collection(PackagingCollection.Name)]
public sealed partial class ImageContentTests : IDisposable
{
    private readonly string _app = Directory.CreateTempSubdirectory("shadowproxy-image-").FullName;
    private readonly EdgeFiles _files = new();

    [Fact]
    public async Task Published_CommandOfTheImage_ServesIsHealthyAndKeepsItsState()
    {
        await using var backend = await TestBackend.StartAsync(context => context.Response.WriteAsync("from the backend"));
        var config = _files.Write($$"""
            {
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "all", "Match": { "Path": "{**path}" } } },
                "Clusters": { "all": { "Destinations": { "one": { "Address": "{{backend.Address}}" } } } }
              },
              "Shadowing": { "Admin": { "Url": "http://127.0.0.1:0" } }
            }
            """);
        await DotnetCommand.RunAsync(
            DotnetCommand.Repository, null, "publish", "src/ShadowProxy.Edge", "--no-build", "-c", DotnetCommand.Configuration, "-o", _app);

        await using var proxy = Start(null, "--config", config);
        var admin = await proxy.ListeningAsync();
        var port = (await proxy.ListeningAsync()).Port;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience.Limit };
        Assert.Equal("from the backend", await http.GetStringAsync("/"));
        Assert.NotEmpty(Directory.GetFiles(_files.PathOf("state")));
        await AssertLivePageAsync(admin);

        await using var check = Start(admin, "--healthcheck", "--config", config);
        Assert.Equal(0, await check.ExitCodeAsync());

        await proxy.SignalAsync("TERM");
        Assert.Equal(0, await proxy.ExitCodeAsync());
    }

    /// <summary>The live page and every file that it names.</summary>
    private static async Task AssertLivePageAsync(Uri admin)
    {
        using var http = new HttpClient { BaseAddress = admin, Timeout = Patience.Limit };
        var files = NamedFiles().Matches(await http.GetStringAsync("/dashboard")).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains(files, file => file.Contains("blazor.web", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains("MudBlazor", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains("dashboard", StringComparison.Ordinal));
        foreach (var file in files)
            Assert.NotEmpty(await http.GetByteArrayAsync($"/{file}"));
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+\\.(?:js|css|svg))\"")]
    private static partial Regex NamedFiles();

    public void Dispose()
    {
        Directory.Delete(_app, recursive: true);
        _files.Dispose();
    }

    /// <summary>The image's entry point, with the image's environment; but any free port.</summary>
    private ServerProcess Start(Uri? admin, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_app, "shadowproxy"), arguments)
        {
            WorkingDirectory = _app,
            Environment = { ["ASPNETCORE_HTTP_PORTS"] = "0", ["Shadowing__StateDirectory"] = _files.PathOf("state") },
        };
        if (admin is not null)
            start.Environment["Shadowing__Admin__Url"] = admin.GetLeftPart(UriPartial.Authority);
        return new ServerProcess(start);
    }
}
