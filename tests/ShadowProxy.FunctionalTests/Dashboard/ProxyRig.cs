using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ShadowProxy.FunctionalTests.Edge;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Lab.Backends;
using ShadowProxy.Lab.Load;

namespace ShadowProxy.FunctionalTests.Dashboard;

/// <summary>The proxy as a process of its own, before sample backends that are processes, too.</summary>
internal sealed class ProxyRig : IAsyncDisposable
{
    private readonly EdgeFiles _files = new();
    private readonly BackendGroup _backends;
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _admin = new();
    private EdgeProcess _proxy = null!;
    private Task _load = Task.CompletedTask;

    private ProxyRig(BackendGroup backends) => _backends = backends;

    /// <summary>The operators' listener; the same after a restart.</summary>
    public Uri Admin { get; private set; } = new($"http://127.0.0.1:{FreePort.Find()}");

    /// <summary>Where clients reach the proxy.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts all of them.</summary>
    /// <param name="nodes">How many backends.</param>
    /// <param name="admin">The members of Shadowing:Admin besides Url.</param>
    public static async Task<ProxyRig> StartAsync(int nodes, string admin = "")
    {
        var rig = new ProxyRig(await BackendGroup.StartAsync(nodes, withAgents: false, TimeProvider.System, CancellationToken.None));
        rig.WriteConfig(admin);
        await rig.StartProxyAsync();
        return rig;
    }

    /// <summary>Sends sessions' requests, and lets one backend fall ill as the scenario says, until the rig is disposed.</summary>
    public async Task FallIllAsync(string scenario, TimeSpan duration)
    {
        var options = new LoadOptions { Duration = duration };
        var load = new OpenLoopLoad(Address, options, TimeProvider.System);
        await _backends.StartScenarioAsync(scenario, options);
        _load = RunAsync(load);
    }

    /// <summary>One request of a session.</summary>
    public async Task AskAsync(string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { { "Cookie", $"sid={session}" } } };
        using var response = await _admin.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>What the admin API tells.</summary>
    public async Task<JsonNode> ReadAsync(string path) => (await _admin.GetFromJsonAsync<JsonNode>(new Uri(Admin, path)))!;

    /// <summary>What the admin API tells of a node.</summary>
    public async Task<JsonNode> NodeAsync(string node) =>
        (await ReadAsync("/admin/nodes")).AsArray().Single(found => (string?)found!["node"] == node)!;

    /// <summary>Ends the proxy as a service manager would, and starts it anew.</summary>
    public async Task RestartAsync(Func<Task> between)
    {
        await _proxy.SignalAsync("TERM");
        Assert.Equal(0, await _proxy.ExitCodeAsync());
        await between();
        await _proxy.DisposeAsync();
        await StartProxyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _load;
        await _proxy.DisposeAsync();
        await _backends.DisposeAsync();
        _admin.Dispose();
        _stop.Dispose();
        _files.Dispose();
    }

    private async Task RunAsync(OpenLoopLoad load)
    {
        using (load)
            await load.RunAsync(_stop.Token);
    }

    private async Task StartProxyAsync()
    {
        _proxy = EdgeProcess.Start("run", "--config", _files.ConfigPath);
        Admin = await _proxy.ListeningAsync();
        Address = await _proxy.ListeningAsync();
    }

    private void WriteConfig(string admin)
    {
        var places = (string[])["eu-1a", "eu-1b"];
        var destinations = string.Join(", ", _backends.Addresses.Select((backend, i) =>
            $$""" "{{backend.Name}}": { "Address": "{{backend.Address}}", "Metadata": { "Region": "eu-1", "Zone": "{{places[i % places.Length]}}" } } """));
        _files.Write($$"""
            {
              "Kestrel": { "Endpoints": { "Main": { "Url": "http://127.0.0.1:0" } } },
              "ReverseProxy": {
                "Routes": { "orders": { "ClusterId": "orders", "Match": { "Path": "/{**path}" } } },
                "Clusters": { "orders": { "Destinations": { {{destinations}} } } }
              },
              "Shadowing": {
                "Admin": { "Url": "{{Admin.GetLeftPart(UriPartial.Authority)}}", {{admin}} },
                "Defaults": { "Probe": { "Path": "/health", "Timeout": "00:00:10" } }
              },
              "Shutdown": { "Delay": "00:00:00" }
            }
            """);
    }
}
