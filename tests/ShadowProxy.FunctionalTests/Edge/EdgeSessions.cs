using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>Sessions over nodes that answer with their names, and what a test of restarts asks of the proxy that serves them.</summary>
internal sealed class EdgeSessions : IAsyncDisposable
{
    public const int Sessions = 50;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });
    private readonly List<Backend> _nodes = [];

    private EdgeSessions()
    {
    }

    public IEnumerable<string> Addresses => _nodes.Select(node => node.Address);

    public static async Task<EdgeSessions> StartAsync(int nodes)
    {
        var started = new EdgeSessions();
        for (var i = 0; i < nodes; i++)
        {
            var name = $"node{i}";
            started._nodes.Add(await Backend.StartAsync(context => context.Response.WriteAsync(name)));
        }

        return started;
    }

    /// <summary>Sends a request of each session; gives the nodes that answered.</summary>
    public async Task<string[]> RoundAsync(Uri proxy) => await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => GetAsync(proxy, session)));

    /// <summary>Sends a request of one session; gives the node that answered.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="session">The session.</param>
    /// <param name="anew">Whether over a connection of its own.</param>
    public async Task<string> GetAsync(Uri proxy, int session, bool anew = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(proxy, $"/s{session}"));
        request.Headers.TryAddWithoutValidation("Cookie", $"sid=s{session}");
        request.Headers.ConnectionClose = anew;
        using var response = await _client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Pins every second session to the node after its own; gives where they all are then.</summary>
    /// <param name="admin">The operators' listener.</param>
    /// <param name="accessLog">The access log, in which each session's flow stands.</param>
    /// <param name="homes">Where the sessions are.</param>
    public async Task<string[]> PinAsync(Uri admin, string accessLog, string[] homes)
    {
        var flows = new Dictionary<string, string>();
        await Patience.EventuallyAsync(() =>
        {
            flows = ReadFlows(accessLog);
            return flows.Count >= Sessions;
        });
        var moved = homes.ToArray();
        for (var session = 0; session < Sessions; session += 2)
        {
            moved[session] = $"node{(homes[session][^1] - '0' + 1) % _nodes.Count}";
            using var answer = await _client.PostAsJsonAsync(new Uri(admin, $"/admin/flows/{flows[$"/s{session}"]}/pin"), new { node = moved[session] });
            answer.EnsureSuccessStatusCode();
        }

        return moved;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private static Dictionary<string, string> ReadFlows(string accessLog)
    {
        var flows = new Dictionary<string, string>();
        using var stream = new FileStream(accessLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        // The last line may still be under way.
        while (reader.ReadLine() is { } line && line.EndsWith('}'))
        {
            var entry = JsonSerializer.Deserialize<JsonElement>(line);
            flows[entry.GetProperty("path").GetString()!] = entry.GetProperty("flow").GetString()!;
        }

        return flows;
    }
}
