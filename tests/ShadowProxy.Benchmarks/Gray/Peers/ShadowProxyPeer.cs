using ShadowProxy.Edge.Commands;
using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>ShadowProxy as it comes: <c>shadowproxy run</c> with routes, destinations and ports, and nothing else.</summary>
internal sealed class ShadowProxyPeer : IPeer
{
    public string Name => "shadowproxy";

    public Task<string?> FindVersionAsync(CancellationToken stop) =>
        Task.FromResult<string?>(InformationalVersion.Of(typeof(RunCommand).Assembly));

    public IReadOnlyList<string> Prepare(PeerSite site)
    {
        var destinations = string.Join(", ", site.Backends.Select(node => $$"""
            "{{node.Name}}": { "Address": "{{node.Address}}" }
            """));
        var config = $$"""
            {
              "Kestrel": { "Endpoints": { "Http": { "Url": "{{site.Address}}" } } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "nodes", "Match": { "Path": "{**path}" } } },
                "Clusters": { "nodes": { "Destinations": { {{destinations}} } } }
              },
              "Shadowing": { "Admin": { "Url": "{{Admin(site)}}" } }
            }
            """;
        return [.. new BackendProcessOptions { Name = "" }.Command, "run", "--config", site.Write("shadowproxy.json", config)];
    }

    public async Task KeepRecordAsync(PeerSite site, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = Admin(site) };
        foreach (var part in (string[])["events", "migrations", "nodes"])
            site.Write($"{part}.json", await http.GetStringAsync(new Uri($"admin/{part}", UriKind.Relative), stop));
    }

    private static Uri Admin(PeerSite site) => new($"http://127.0.0.1:{site.AdminPort}");
}
