using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>
/// A backend on bare sockets that answers a connection's requests until it is told to break the connection between a request and its answer.
/// It counts the requests that it has read whole, by <see cref="TestBackend.IdHeader"/>.
/// </summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _byId = new();
    private readonly string _answer;
    private readonly Task _accepting;

    public RawBackend(string id)
    {
        Id = id;
        _answer = $"HTTP/1.1 200 OK\r\nContent-Length: {id.Length}\r\n\r\n{id}";
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public string Id { get; }

    public Uri Address { get; }

    /// <summary>What becomes of the connection of a request that was read.</summary>
    public Breaking Breaks { get; set; }

    /// <summary>How many requests with this id it has read, with their whole bodies.</summary>
    public int RequestsOf(string id) => _byId.GetValueOrDefault(id);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over, or the backend has died of a request.
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        try
        {
            using var stream = new NetworkStream(connection);
            while (await ReadRequestAsync(stream) is { } id)
            {
                _byId.AddOrUpdate(id, 1, (_, count) => count + 1);
                if (Breaks == Breaking.Die)
                    _listener.Stop();
                if (Breaks == Breaking.Reset)
                    connection.LingerState = new LingerOption(true, 0);
                if (Breaks != Breaking.Never)
                    return;
                await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The proxy closed the connection, or the test is over.
        }
    }

    /// <summary>Reads a request with the length of its body given, and returns its id; null where the connection ended.</summary>
    private async Task<string?> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }

        var length = int.TryParse(Header(head.ToString(), "Content-Length"), out var given) ? given : 0;
        await stream.ReadExactlyAsync(new byte[length], _stop.Token);
        return Header(head.ToString(), TestBackend.IdHeader);
    }

    private static string Header(string head, string name) => head.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .SingleOrDefault("");
}

/// <summary>How a connection ends.</summary>
public enum Breaking
{
    /// <summary>It does not: the request is answered.</summary>
    Never,

    /// <summary>In order (FIN), as at the end of a process that shuts down.</summary>
    Close,

    /// <summary>At once (RST), as at the end of a process that was killed with unread data.</summary>
    Reset,

    /// <summary>In order, and nobody listens any more.</summary>
    Die,
}
