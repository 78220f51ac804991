using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ShadowProxy.NodeAgent;

/// <summary>
/// Answers HAProxy's <c>agent-check</c> (HAProxy 2.6 configuration manual, 5.2): a line to whoever connects, and the connection's end.
/// </summary>
internal sealed class AgentCheckListener(
    LoadReporter reporter, IAgentCheckRule rule, IOptions<NodeAgentOptions> options, TimeProvider time, ILogger<AgentCheckListener> logger)
    : BackgroundService
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    private TcpListener? _listener;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AgentCheckPort is not { } port)
            return Task.CompletedTask;
        _listener = new TcpListener(options.Value.AgentCheckAddress, port);
        _listener.Start();
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _listener?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener!.AcceptSocketAsync(stoppingToken);
                await AnswerAsync(client, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host stops.
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // It did not wait for the answer, or the process is short of sockets; it asks again.
                logger.LogDebug(exception, "An agent-check was not answered");
                await Task.Delay(TimeSpan.FromMilliseconds(10), time, CancellationToken.None);
            }
        }
    }

    private async Task AnswerAsync(Socket client, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(AnswerTime);
        var report = reporter.Latest;
        var answer = report.IsDraining ? "drain #it is about to stop" : rule.Answer(report.Load);
        await client.SendAsync(Encoding.ASCII.GetBytes(answer + "\n"), late.Token);
        client.Shutdown(SocketShutdown.Both);
    }
}
