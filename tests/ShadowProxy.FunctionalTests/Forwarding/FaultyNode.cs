using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Forwarding;

/// <summary>A node on bare sockets that answers with its id, and fails those requests that a test says, by <see cref="TestBackend.IdHeader"/>.</summary>
internal abstract class FaultyNode : IAsyncDisposable
{
    /// <summary>The response header that names the node.</summary>
    public const string NodeHeader = "x-node";

    /// <summary>Between two bytes of <see cref="Fault.SlowTrickle"/>.</summary>
    protected static readonly TimeSpan TrickleInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>What is an answer in no version of HTTP: read as a frame of HTTP/2, it is too long.</summary>
    protected static ReadOnlyMemory<byte> Nonsense { get; } = "~~ this is no answer ~~\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();
    private readonly ConcurrentDictionary<string, Fault> _faults = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _bodies = new();
    private readonly Task _accepting;

    protected FaultyNode(string id)
    {
        Id = id;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public string Id { get; }

    public Uri Address { get; }

    /// <summary>Called when a request begins to hang.</summary>
    public Action Hangs { get; set; } = static () => { };

    /// <summary>Ends with the node.</summary>
    protected CancellationToken Stop => _stop.Token;

    /// <summary>The node will fail this request.</summary>
    public void Fail(string id, Fault fault) => _faults[id] = fault;

    /// <summary>Hashes of this request's bodies, one for each time that it was read.</summary>
    public IReadOnlyCollection<string> BodiesOf(string id) => _bodies.GetValueOrDefault(id) ?? [];

    /// <summary>The hash that a body is kept as.</summary>
    public static string Hash(ReadOnlySpan<byte> body) => Convert.ToHexString(SHA256.HashData(body));

    /// <summary>The node goes on with a request that it stopped at: answers one that hangs, breaks an answer off.</summary>
    public void GoOn(string id) => Waiting(id).TrySetResult();

    /// <summary>Nobody listens any more.</summary>
    public void Close() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>Serves a connection until it ends.</summary>
    protected abstract Task ServeAsync(Socket socket, NetworkStream stream);

    /// <summary>What the node does to this request; null: it serves it.</summary>
    protected Fault? FaultOf(string? id) => id is not null && _faults.TryGetValue(id, out var fault) ? fault : null;

    /// <summary>A request was read.</summary>
    protected void Executed(string? id, ReadOnlySpan<byte> body)
    {
        if (id is not null)
            _bodies.GetOrAdd(id, static _ => new ConcurrentQueue<string>()).Enqueue(Hash(body));
    }

    /// <summary>Waits for <see cref="GoOn"/>.</summary>
    protected Task WaitAsync(string? id) => Waiting(id ?? "").Task.WaitAsync(Stop);

    /// <summary>Hangs until <see cref="GoOn"/>.</summary>
    protected Task HangAsync(string? id)
    {
        Hangs();
        return WaitAsync(id);
    }

    /// <summary>Makes the connection's end a reset.</summary>
    protected static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private TaskCompletionSource Waiting(string id) =>
        _waiting.GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(Stop)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over, or nobody is to listen.
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        connection.NoDelay = true;
        try
        {
            await using var stream = new NetworkStream(connection);
            await ServeAsync(connection, stream);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The proxy closed the connection, or the test is over.
        }
    }
}
