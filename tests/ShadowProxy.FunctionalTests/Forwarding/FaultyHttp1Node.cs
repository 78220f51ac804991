using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Forwarding;

/// <summary>A <see cref="FaultyNode"/> that speaks HTTP/1.1.</summary>
internal sealed class FaultyHttp1Node(string id) : FaultyNode(id)
{
    protected override async Task ServeAsync(Socket socket, NetworkStream stream)
    {
        await using var input = new BufferedStream(stream);
        while (await ReadLineAsync(input) is { Length: > 0 } requestLine)
        {
            var headers = await ReadHeadersAsync(input);
            var id = headers.GetValueOrDefault(TestBackend.IdHeader);
            var fault = FaultOf(id);
            var isExpected = headers.ContainsKey("Expect");
            var isRefused = isExpected && fault is Fault.Answer503 or Fault.Answer500;
            if (isExpected && !isRefused)
                await WriteAsync(stream, "HTTP/1.1 100 Continue\r\n\r\n");
            Executed(id, isRefused ? [] : await ReadBodyAsync(input, headers));
            if (!await AnswerAsync(socket, stream, id, fault, requestLine.StartsWith("HEAD ", StringComparison.Ordinal)) || isRefused)
                return;
        }
    }

    /// <summary>Answers, or does not.</summary>
    /// <returns>False where the connection is over.</returns>
    private async Task<bool> AnswerAsync(Socket socket, NetworkStream stream, string? id, Fault? fault, bool isHead)
    {
        switch (fault)
        {
            case Fault.ClosedBeforeHeaders:
                return false;
            case Fault.ResetBeforeHeaders:
                Reset(socket);
                return false;
            case Fault.ResetAfterHeaders:
                await WriteAsync(stream, Head(200, $"Content-Length: {Id.Length}"));
                Reset(socket);
                return false;
            case Fault.Answer503 or Fault.Answer500:
                await WriteAsync(stream, Head(fault == Fault.Answer503 ? 503 : 500, "Content-Length: 0"));
                return true;
            case Fault.TruncatedChunk:
                await WriteAsync(stream, Head(200, "Transfer-Encoding: chunked") + (isHead ? "" : "3\r\nfau\r\n3\r\nl"));
                if (!isHead)
                    await WaitAsync(id);
                return isHead;
            case Fault.InvalidResponse:
                await stream.WriteAsync(Nonsense, Stop);
                return false;
            case Fault.Hang or Fault.HangFoundDead:
                await HangAsync(id);
                break;
        }

        await WriteAsync(stream, Head(200, $"Content-Length: {Id.Length}"));
        foreach (var piece in isHead ? [] : fault == Fault.SlowTrickle ? Id.Select(letter => $"{letter}") : [Id])
        {
            if (fault == Fault.SlowTrickle)
                await Task.Delay(TrickleInterval, Stop);
            await WriteAsync(stream, piece);
        }

        return true;
    }

    private string Head(int status, string header) => $"HTTP/1.1 {status} Status\r\n{NodeHeader}: {Id}\r\n{header}\r\n\r\n";

    private ValueTask WriteAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), Stop);

    private async Task<Dictionary<string, string>> ReadHeadersAsync(Stream input)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(input) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        return headers;
    }

    private async Task<byte[]> ReadBodyAsync(Stream input, Dictionary<string, string> headers)
    {
        if (!headers.ContainsKey("Transfer-Encoding"))
            return await ReadAsync(input, int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture));
        var body = new List<byte>();
        while (int.Parse(await ReadLineAsync(input) ?? "", NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            body.AddRange(await ReadAsync(input, length));
            await ReadLineAsync(input);
        }

        await ReadLineAsync(input);
        return [.. body];
    }

    private async Task<byte[]> ReadAsync(Stream input, int length)
    {
        var bytes = new byte[length];
        await input.ReadExactlyAsync(bytes, Stop);
        return bytes;
    }

    /// <summary>Reads a line; null at the connection's end.</summary>
    private async Task<string?> ReadLineAsync(Stream input)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await input.ReadAsync(one, Stop) == 1)
        {
            if (one[0] == '\n')
                return line.ToString();
            if (one[0] != '\r')
                line.Append((char)one[0]);
        }

        return null;
    }
}
