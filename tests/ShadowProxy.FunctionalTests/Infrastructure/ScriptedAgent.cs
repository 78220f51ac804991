using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>An agent of agent-check on a real port of loopback, that answers each connection as the test says.</summary>
internal sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _asked;

    public ScriptedAgent()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The line that it answers with.</summary>
    public string Line { get; set; } = "up";

    /// <summary>What it does instead of answering with the line.</summary>
    public Func<Socket, CancellationToken, Task>? Answer { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Listens no more.</summary>
    public void StopListening() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
                answering.Add(AnswerAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over, or the agent has stopped.
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(Socket accepted)
    {
        using var socket = accepted;
        Interlocked.Increment(ref _asked);
        try
        {
            if (Answer is { } answer)
                await answer(socket, _stop.Token);
            else
                await socket.SendAsync(Encoding.Latin1.GetBytes(Line + "\n"), _stop.Token);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Whoever asked has gone, or the test is over.
        }
    }
}
