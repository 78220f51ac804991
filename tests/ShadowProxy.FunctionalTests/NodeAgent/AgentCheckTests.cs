using System.Net;
using System.Net.Sockets;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.NodeAgent;

/// <summary>HAProxy's agent-check, as the agent answers it.</summary>
public sealed class AgentCheckTests
{
    [Fact]
    public async Task Port_Asked_SaysWhetherTheNodeStays()
    {
        var port = FreePort.Find();
        await using var node = await AgentNode.StartAsync(configure: options => options.AgentCheckPort = port);

        Assert.Matches("^up ready [0-9]+%\n$", await AskAsync(port));
        node.Drain.Drain();
        Assert.Equal("drain #it is about to stop\n", await AskAsync(port));
        node.Drain.Resume();
        Assert.Matches("^up ready [0-9]+%\n$", await AskAsync(port));
    }

    [Fact]
    public async Task Port_ClientsThatDoNotListen_HoldNobodyUp()
    {
        var port = FreePort.Find();
        await using var node = await AgentNode.StartAsync(configure: options => options.AgentCheckPort = port);
        var silent = Enumerable.Range(0, 20).Select(_ => new TcpClient("127.0.0.1", port)).ToArray();
        foreach (var client in silent.Take(10))
        {
            client.LingerState = new LingerOption(true, 0);
            client.Close();
        }

        Assert.StartsWith("up", await AskAsync(port), StringComparison.Ordinal);
        Assert.All(silent, client => client.Dispose());
    }

    [Fact]
    public async Task Drain_AskedByHaproxy_ItSendsNothingUntilTheNodeStays()
    {
        Assert.SkipWhen(Haproxy.Program is null, "haproxy is not installed");
        var port = FreePort.Find();
        await using var node = await AgentNode.StartAsync(configure: options => options.AgentCheckPort = port);
        var file = Path.GetTempFileName();
        await using var haproxy = await Haproxy.StartAsync(
            file, node.Address, "mode http", $"agent-check agent-port {port} agent-addr 127.0.0.1 agent-inter 100ms");
        using var http = new HttpClient { BaseAddress = haproxy.Address, Timeout = Patience.Limit };

        await AnswersAsync(HttpStatusCode.OK);
        node.Drain.Drain();
        await AnswersAsync(HttpStatusCode.ServiceUnavailable);
        node.Drain.Resume();
        await AnswersAsync(HttpStatusCode.OK);
        File.Delete(file);

        Task AnswersAsync(HttpStatusCode status) => Patience.EventuallyAsync(async stop =>
        {
            using var response = await http.GetAsync("/", stop);
            return response.StatusCode == status;
        });
    }

    private static async Task<string> AskAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync().Soon();
    }
}
