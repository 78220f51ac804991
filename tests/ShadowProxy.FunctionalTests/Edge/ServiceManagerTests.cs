using System.Net.Sockets;
using System.Text;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>What the process tells a service manager (sd_notify).</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Notify_Ready_IsToldOnceItListensAndStoppingWhenItLeaves()
    {
        await using var sessions = await EdgeSessions.StartAsync(1);
        var path = _files.PathOf("notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        await using var edge = EdgeProcess.Start(("NOTIFY_SOCKET", path), "run", "--config", _files.WriteConfig(sessions.Addresses));

        Assert.Equal("READY=1", await ReceiveAsync(manager));
        await edge.ListeningAsync();
        Assert.Equal("node0", await sessions.GetAsync(await edge.ListeningAsync(), 1));
        await edge.SignalAsync("TERM");
        Assert.Equal("STOPPING=1", await ReceiveAsync(manager));
        Assert.Equal(0, await edge.ExitCodeAsync());
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None).Soon());
    }
}
