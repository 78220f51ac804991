using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ShadowProxy.Edge.Demo;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Benchmarks.Gray.Peers;

/// <summary>Plain YARP at the settings that the demo, too, compares with: this very program in another role.</summary>
internal sealed class YarpPeer : IPeer
{
    private const string CommandName = "serve-yarp";

    public string Name => "yarp";

    public Task<string?> FindVersionAsync(CancellationToken stop) => Task.FromResult<string?>(InformationalVersion.Of(typeof(ClusterConfig).Assembly));

    public IReadOnlyList<string> Prepare(PeerSite site)
    {
        var program = Environment.ProcessPath!;
        var runsUnderDotnet = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return
        [
            program, .. runsUnderDotnet ? [typeof(YarpPeer).Assembly.Location] : Array.Empty<string>(),
            CommandName, $"{site.Port}", .. site.Backends.Select(backend => backend.Address.AbsoluteUri),
        ];
    }

    /// <summary>The command that is the process.</summary>
    public static Command CreateCommand()
    {
        var port = new Argument<int>("port");
        var backends = new Argument<string[]>("backend");
        var command = new Command(CommandName, "A child process of `gray`.") { port, backends };
        command.Hidden = true;
        command.SetAction((result, stop) => ServeAsync(result.GetValue(port), result.GetValue(backends)!, stop));
        return command;
    }

    private static async Task ServeAsync(int port, string[] backends, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        var route = new RouteConfig { RouteId = "all", ClusterId = "nodes", Match = new RouteMatch { Path = "{**path}" } };
        var cluster = new ClusterConfig
        {
            ClusterId = "nodes",
            Destinations = backends.Index().ToDictionary(node => $"n{node.Index}", node => new DestinationConfig { Address = node.Item }),
        };
        PlainYarp.Add(builder.Services.AddReverseProxy(), route, cluster, PeerDefaults.HealthPath);
        var app = builder.Build();
        app.MapReverseProxy(PlainYarp.Use);
        await app.StartAsync(stop);
        await app.WaitForShutdownAsync(stop);
    }
}
