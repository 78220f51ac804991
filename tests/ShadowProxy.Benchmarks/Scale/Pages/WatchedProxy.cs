using System.Globalization;
using System.Text.RegularExpressions;
using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Proxies;
using ShadowProxy.Benchmarks.Processes;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Benchmarks.Scale.Pages;

/// <summary>The proxy before four sample backends, with its live page.</summary>
internal sealed partial class WatchedProxy : IAsyncDisposable
{
    private const int Nodes = 4;

    private readonly BackendGroup _backends;
    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-pages-").FullName;
    private readonly HttpClient _admin = new() { BaseAddress = GuardedServer.FreeAddress("http") };
    private readonly GuardedProcess _process;

    private WatchedProxy(BackendGroup backends)
    {
        _backends = backends;
        Address = GuardedServer.FreeAddress("http");
        var config = Path.Combine(_directory, "shadowproxy.json");
        var destinations = string.Join(", ", backends.Addresses.Select(node => $$""" "{{node.Name}}": { "Address": "{{node.Address}}" } """));
        File.WriteAllText(config, $$"""
            {
              "Kestrel": { "Endpoints": { "Main": { "Url": "{{Address}}" } } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "all", "Match": { "Path": "{**path}" } } },
                "Clusters": { "all": { "Destinations": { {{destinations}} } } }
              },
              "Shadowing": { "Admin": { "Url": "{{_admin.BaseAddress!.GetLeftPart(UriPartial.Authority)}}" } },
            }
            """);
        _process = GuardedProcess.Start([.. EdgeServer.Built, "run", "--config", config], _directory, Path.Combine(_directory, "log"));
    }

    /// <summary>Where clients reach it.</summary>
    public Uri Address { get; }

    /// <summary>Its live page.</summary>
    public Uri Page => new(_admin.BaseAddress!, "/dashboard");

    /// <summary>The root of its process tree.</summary>
    public int RootId => _process.RootId;

    /// <summary>Starts it, and returns once it is ready.</summary>
    public static async Task<WatchedProxy> StartAsync(TimeProvider time, CancellationToken cancellation)
    {
        var proxy = new WatchedProxy(await BackendGroup.StartAsync(Nodes, withAgents: false, time, cancellation));
        await Answers.WaitAsync(proxy._admin, "/health/ready", _ => true, cancellation);
        return proxy;
    }

    /// <summary>Waits until so many pages are connected: each has a WebSocket, which the clients of this proxy have not.</summary>
    public Task ConnectedAsync(int pages, CancellationToken cancellation) =>
        pages == 0 ? Task.CompletedTask : Answers.WaitAsync(_admin, "/metrics", text => Upgraded(text) >= pages, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _backends.DisposeAsync();
        _admin.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static double Upgraded(string metrics) =>
        UpgradedConnections().Matches(metrics).Sum(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^kestrel_upgraded_connections\S* (\S+)", RegexOptions.Multiline)]
    private static partial Regex UpgradedConnections();
}
