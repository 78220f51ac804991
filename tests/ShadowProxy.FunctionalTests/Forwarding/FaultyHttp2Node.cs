using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Forwarding;

/// <summary>
/// A <see cref="FaultyNode"/> that speaks HTTP/2 (RFC 9113) as far as SocketsHttpHandler needs: that pads no frames, sends heads in one frame, and
/// its header values as they are, without Huffman coding.
/// </summary>
internal sealed class FaultyHttp2Node(string id) : FaultyNode(id)
{
    private const int PrefaceLength = 24;
    private const int FrameHeaderLength = 9;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Ack = 1;
    private const int InternalError = 2;

    private enum FrameType : byte
    {
        Data = 0,
        Headers = 1,
        RstStream = 3,
        Settings = 4,
        Ping = 6,
        WindowUpdate = 8,
    }

    protected override async Task ServeAsync(Socket socket, NetworkStream stream)
    {
        using var connection = new Connection(socket, stream, Stop);
        await stream.ReadExactlyAsync(new byte[PrefaceLength], Stop);
        // All windows as large as can be: SETTINGS_INITIAL_WINDOW_SIZE, and what the connection has at first on top.
        await connection.WriteAsync(FrameType.Settings, 0, 0, [0, 4, .. BigEndian(int.MaxValue)]);
        await connection.WriteAsync(FrameType.WindowUpdate, 0, 0, BigEndian(int.MaxValue - 65535));
        var requests = new Dictionary<int, Request>();
        var answering = new List<Task>();
        while (true)
        {
            var (type, flags, number, payload) = await connection.ReadAsync();
            if (type is FrameType.Settings or FrameType.Ping && (flags & Ack) == 0)
                await connection.WriteAsync(type, Ack, 0, type == FrameType.Ping ? payload : []);
            if (type == FrameType.Headers)
                requests[number] = await BeginAsync(connection, number, payload);
            if (type is not (FrameType.Headers or FrameType.Data) || !requests.TryGetValue(number, out var request))
                continue;
            if (type == FrameType.Data)
                request.Body.AddRange(payload);
            if (((flags & EndStream) != 0 || request.IsRefused) && requests.Remove(number))
                answering.Add(AnswerAsync(connection, number, request));
            if (answering.Find(task => task.IsFaulted) is { } failed)
                await failed;
        }
    }

    private async Task<Request> BeginAsync(Connection connection, int number, byte[] head)
    {
        var text = Encoding.ASCII.GetString(head);
        var id = ValueOf(text, TestBackend.IdHeader.ToLowerInvariant());
        var request = new Request(
            id, FaultOf(id), text.Contains("HEAD", StringComparison.Ordinal), text.Contains("application/grpc", StringComparison.Ordinal));
        if (!text.Contains("100-continue", StringComparison.Ordinal))
            return request;
        if (request.Fault is Fault.Answer503 or Fault.Answer500)
            return request with { IsRefused = true };
        await connection.WriteAsync(FrameType.Headers, EndHeaders, number, Status(100));
        return request;
    }

    private async Task AnswerAsync(Connection connection, int number, Request request)
    {
        Executed(request.Id, request.Body.ToArray());
        switch (request.Fault)
        {
            case Fault.ClosedBeforeHeaders:
                connection.Socket.Shutdown(SocketShutdown.Both);
                return;
            case Fault.ResetBeforeHeaders:
                Reset(connection.Socket);
                return;
            case Fault.Answer503 or Fault.Answer500:
                var status = Status(request.Fault == Fault.Answer503 ? 503 : 500);
                await connection.WriteAsync(FrameType.Headers, EndHeaders | EndStream, number, [.. status, .. Header(NodeHeader, Id)]);
                return;
            case Fault.InvalidResponse:
                await connection.WriteAsync(Nonsense);
                return;
            case Fault.Hang or Fault.HangFoundDead:
                await HangAsync(request.Id);
                break;
        }

        byte[] head = [.. Status(200), .. Header(NodeHeader, Id), .. request.IsGrpc ? Header("content-type", "application/grpc") : []];
        await connection.WriteAsync(FrameType.Headers, request.IsHead ? (byte)(EndHeaders | EndStream) : EndHeaders, number, head);
        if (request.Fault == Fault.ResetAfterHeaders)
            Reset(connection.Socket);
        else if (!request.IsHead)
            await WriteBodyAsync(connection, number, request);
    }

    private async Task WriteBodyAsync(Connection connection, int number, Request request)
    {
        var id = Encoding.ASCII.GetBytes(Id);
        byte[] body = request.IsGrpc ? [0, .. BigEndian(id.Length), .. id] : id;
        if (request.Fault == Fault.TruncatedChunk)
        {
            await connection.WriteAsync(FrameType.Data, 0, number, body[..^1]);
            await WaitAsync(request.Id);
            await connection.WriteAsync(FrameType.RstStream, 0, number, BigEndian(InternalError));
            return;
        }

        foreach (var piece in request.Fault == Fault.SlowTrickle ? body.Chunk(1) : [body])
        {
            if (request.Fault == Fault.SlowTrickle)
                await Task.Delay(TrickleInterval, Stop);
            await connection.WriteAsync(FrameType.Data, 0, number, piece);
        }

        if (request.IsGrpc)
            await connection.WriteAsync(FrameType.Headers, EndHeaders | EndStream, number, Header("grpc-status", "0"));
        else
            await connection.WriteAsync(FrameType.Data, EndStream, number, []);
    }

    /// <summary>The status as HPACK (RFC 7541) has it: a literal whose name stands at 8 in the static table.</summary>
    private static byte[] Status(int status) => [8, 3, .. Encoding.ASCII.GetBytes($"{status}")];

    private static byte[] Header(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    /// <summary>The value that follows the name, after a byte with its length.</summary>
    private static string? ValueOf(string head, string name) =>
        head.IndexOf(name, StringComparison.Ordinal) is >= 0 and var at ? head.Substring(at + name.Length + 1, head[at + name.Length]) : null;

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private sealed record Request(string? Id, Fault? Fault, bool IsHead, bool IsGrpc)
    {
        public List<byte> Body { get; } = [];

        /// <summary>True where the body is not asked for.</summary>
        public bool IsRefused { get; init; }
    }

    /// <summary>A connection's frames.</summary>
    private sealed class Connection(Socket socket, NetworkStream stream, CancellationToken stop) : IDisposable
    {
        private readonly SemaphoreSlim _writing = new(1);

        public Socket Socket { get; } = socket;

        public async Task<(FrameType Type, byte Flags, int Stream, byte[] Payload)> ReadAsync()
        {
            var header = new byte[FrameHeaderLength];
            await stream.ReadExactlyAsync(header, stop);
            var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
            await stream.ReadExactlyAsync(payload, stop);
            return ((FrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue, payload);
        }

        public Task WriteAsync(FrameType type, byte flags, int number, byte[] payload) => WriteAsync(
            (byte[])[(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, flags, .. BigEndian(number), .. payload]);

        public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            await _writing.WaitAsync(stop);
            try
            {
                await stream.WriteAsync(bytes, stop);
            }
            finally
            {
                _writing.Release();
            }
        }

        public void Dispose() => _writing.Dispose();
    }
}
