using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>A new process takes over from an old one, and no client notices.</summary>
public sealed class HandOverTests : IDisposable
{
    private const int SetDescriptorFlags = 2;

    /// <summary>So few that no session is half of a node's share, which would be hot and spread.</summary>
    private const int Nodes = 2;

    private readonly EdgeFiles _files = new();

    private (string Name, string Value)[] Variables =>
    [
        ("Shadowing__StateDirectory", _files.PathOf("state")),
        ("Shutdown__Delay", "00:00:01"),
        // Where the machine stalls, the copy of a late request would answer from another node, though its session stays.
        ("Shadowing__Defaults__Hedging", "false"),
    ];

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task ReusePort_TwoHandOversUnderLoad_LoseNoRequestAndMoveNoSession()
    {
        await using var sessions = await EdgeSessions.StartAsync(Nodes);
        var proxy = FreeAddress();
        var config = SharedConfig(sessions, proxy);
        var running = await StartAsync(config);
        try
        {
            await using var load = Load(sessions, proxy);
            await load.AnswersAsync(200);
            for (var i = 0; i < 2; i++)
            {
                await using var old = running;
                running = await StartAsync(config);
                await load.AnswersAsync(200);
                await old.SignalAsync("TERM");
                Assert.Equal(0, await old.ExitCodeAsync());
                await load.AnswersAsync(200);
            }

            Assert.Empty(await load.StopAsync());
        }
        finally
        {
            await running.DisposeAsync();
        }
    }

    [Fact]
    public async Task ReusePort_TheLastToStart_TakesAllNewConnectionsAndGivesThemBack()
    {
        await using var sessions = await EdgeSessions.StartAsync(1);
        var proxy = FreeAddress();
        var config = SharedConfig(sessions, proxy);
        await using var first = await StartAsync(config);
        await using (var second = await StartAsync(config))
        {
            // Stopped, the first would hold up every connection that the kernel gave it.
            await first.SignalAsync("STOP");
            for (var i = 0; i < 50; i++)
                await sessions.GetAsync(proxy, i, anew: true).Soon();
            await first.SignalAsync("CONT");
        }

        for (var i = 0; i < 50; i++)
            await sessions.GetAsync(proxy, i, anew: true).Soon();
    }

    [Fact]
    public async Task Run_PortInUseByOneThatDoesNotShare_Fails()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var sessions = await EdgeSessions.StartAsync(1);
        await using var edge = EdgeProcess.Start("run", "--config", SharedConfig(sessions, new Uri($"http://{taken.LocalEndpoint}")));

        Assert.Equal(1, await edge.ExitCodeAsync());
        Assert.Contains("address already in use", edge.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PassedSocket_RestartUnderLoad_LosesNoRequestAndMovesNoSession()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(1024);
        Assert.Equal(0, fcntl(socket.Handle, SetDescriptorFlags, 0));
        await using var sessions = await EdgeSessions.StartAsync(Nodes);
        var proxy = new Uri($"http://{socket.LocalEndPoint}");
        var config = _files.WriteConfig(sessions.Addresses, endpoint: $"\"Url\": \"{proxy.GetLeftPart(UriPartial.Authority)}\"");
        var old = EdgeProcess.StartWithSocket(socket.Handle, Variables, "run", "--config", config);
        await using var load = Load(sessions, proxy);
        await load.AnswersAsync(200);

        await old.SignalAsync("TERM");
        Assert.Equal(0, await old.ExitCodeAsync());
        await old.DisposeAsync();
        await using var next = EdgeProcess.StartWithSocket(socket.Handle, Variables, "run", "--config", config);
        await load.AnswersAsync(200);

        Assert.Empty(await load.StopAsync());
        Assert.Contains("the socket that the service manager passed", next.Output, StringComparison.Ordinal);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fcntl(nint descriptor, int command, int argument);

    private static Uri FreeAddress()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return new Uri($"http://{free.LocalEndpoint}");
    }

    /// <summary>A configuration by which proxy and operators' listener share their addresses with other processes.</summary>
    private string SharedConfig(EdgeSessions sessions, Uri proxy)
    {
        var admin = FreeAddress().GetLeftPart(UriPartial.Authority);
        var config = _files.WriteConfig(
            sessions.Addresses,
            more: "\"Listeners\": { \"ReusePort\": true },",
            endpoint: $"\"Url\": \"{proxy.GetLeftPart(UriPartial.Authority)}\"");
        return _files.Write(File.ReadAllText(config).Replace("\"Admin\": { \"Url\": \"http://127.0.0.1:0\"", $"\"Admin\": {{ \"Url\": \"{admin}\"", StringComparison.Ordinal));
    }

    private async Task<EdgeProcess> StartAsync(string config)
    {
        var edge = EdgeProcess.Start(Variables, "run", "--config", config);
        await edge.ListeningAsync();
        await edge.ListeningAsync();
        return edge;
    }

    /// <summary>Requests without a pause, every second one over a connection of its own. Each session is to stay where it began.</summary>
    private static ClosedLoop Load(EdgeSessions sessions, Uri proxy)
    {
        var homes = new string?[ClosedLoop.Workers];
        return new ClosedLoop(async (worker, number) =>
        {
            var node = await sessions.GetAsync(proxy, worker, anew: number % 2 == 0);
            homes[worker] ??= node;
            return node == homes[worker] ? null : $"session {worker} went from {homes[worker]} to {node}";
        });
    }
}
