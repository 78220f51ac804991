using ShadowProxy.Benchmarks.Cost.Processes;
using ShadowProxy.Benchmarks.Cost.Serving;
using ShadowProxy.Benchmarks.Cost.Workloads;
using ShadowProxy.Benchmarks.Processes;

namespace ShadowProxy.Benchmarks.Cost.Proxies;

/// <summary>A column of the comparison.</summary>
/// <param name="Name">What <c>--proxies</c> and the tables call it.</param>
/// <param name="Missing">Why it cannot be measured here; null if it can.</param>
/// <param name="IsCompiledAtRunTime">Whether it needs a longer warm-up.</param>
/// <param name="StartAsync">Starts it; it may not answer yet.</param>
internal sealed record ProxyKind(string Name, string? Missing, bool IsCompiledAtRunTime, Func<Site, Task<IServer>> StartAsync)
{
    /// <summary>The one that all others are compared with.</summary>
    public const string Reference = "yarp";

    /// <summary>A second <see cref="Reference"/>: how far noise alone goes.</summary>
    public const string Control = "control";

    /// <summary>What a command begins with that is to measure and trace nothing.</summary>
    private static readonly string[] WithoutTelemetry = ["env", "OTEL_SDK_DISABLED=true"];

    /// <summary>All of them.</summary>
    /// <param name="edge">The command that is <c>shadowproxy</c>.</param>
    public static IReadOnlyList<ProxyKind> All(IReadOnlyList<string> edge) =>
    [
        new("straight", null, false, site => Task.FromResult<IServer>(new Straight(site))),
        Peer("haproxy", HaproxyServer.Start),
        Peer("nginx", NginxServer.Start),
        new(Reference, null, true, site => StartChildAsync(Role.Plain, site)),
        new(Control, null, true, site => StartChildAsync(Role.Plain, site)),
        new("plugin", null, true, site => StartChildAsync(Role.Shadow, site)),
        new("shadowproxy", null, true, site => Task.FromResult<IServer>(EdgeServer.Start(edge, site))),
        new("shadowproxy-quiet", null, true, site => Task.FromResult<IServer>(EdgeServer.Start([.. WithoutTelemetry, .. edge], site))),
    ];

    private static ProxyKind Peer(string program, Func<string, Site, IServer> start)
    {
        var path = Tool.Find(program);
        return new(program, path is null ? $"{program} is not installed" : null, false, site => Task.FromResult(start(path!, site)));
    }

    private static async Task<IServer> StartChildAsync(Role role, Site site) => await ChildServer.StartAsync(
        role,
        [
            .. ServeCommand.Arguments(site.Workload, site.Certificate),
            .. site.Nodes.SelectMany(node => (string[])["--backend", node.ToString()]),
        ]);
}
