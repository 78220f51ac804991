using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace ShadowProxy.Lab.Backends;

/// <summary>
/// Answers HAProxy's <c>agent-check</c> (HAProxy 2.6 configuration manual, 5.2): a line to whoever connects, and the connection's end. It
/// speaks of the same load as the reports that go with responses.
/// </summary>
internal sealed class AgentCheckListener(int port, ScriptedLoad load, AgentCheckRule rule) : BackgroundService
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.AcceptSocketAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task AnswerAsync(Socket client, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                await client.SendAsync(Encoding.ASCII.GetBytes(rule.Answer(load.Latest) + "\n"), stop);
                client.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // It did not wait for the answer; it asks again.
            }
        }
    }
}
