using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowProxy.Signals.AgentCheck;

/// <summary>Asks an agent for its line: connects, and reads up to the first CR or LF. Stateless and thread-safe.</summary>
internal static class AgentReader
{
    /// <summary>Longer lines are not taken; HAProxy's own buffer holds 16 KiB.</summary>
    public const int MostBytes = 4096;

    /// <summary>Asks once.</summary>
    /// <param name="agent">Where it listens.</param>
    /// <param name="cancellation">Ends it, whatever the agent does.</param>
    /// <returns>The line, without its end.</returns>
    /// <exception cref="SocketException">The agent cannot be reached, or broke the connection.</exception>
    /// <exception cref="InvalidDataException">It sent no whole line.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static async Task<string> ReadAsync(EndPoint agent, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(agent, cancellation);
        var buffer = new byte[MostBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            if (read == 0)
                throw new InvalidDataException(length == 0 ? "closed the connection without a word" : "closed the connection before the line's end");
            var end = buffer.AsSpan(length, read).IndexOfAny((byte)'\r', (byte)'\n');
            if (end >= 0)
                return Encoding.Latin1.GetString(buffer, 0, length + end);
            length += read;
        }

        throw new InvalidDataException($"sent {MostBytes} bytes without a line's end");
    }
}
