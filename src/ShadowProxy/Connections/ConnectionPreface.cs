using System.Buffers;
using System.IO.Pipelines;

namespace ShadowProxy.Connections;

/// <summary>Reads what a connection begins with, before the protocol that is spoken on it.</summary>
internal static class ConnectionPreface
{
    /// <summary>Reads a preface.</summary>
    /// <param name="bytes">All bytes that came so far.</param>
    /// <param name="consumed">How many of them are the preface's own, and are not to be read again.</param>
    /// <returns>Incomplete, Invalid or Complete. Bounded: from some length on never Incomplete.</returns>
    public delegate PrefaceStatus Parser(in ReadOnlySequence<byte> bytes, out long consumed);

    /// <summary>Reads until the parser has seen enough. What it did not consume is left to be read.</summary>
    /// <param name="input">The beginning of the connection.</param>
    /// <param name="parser">What to look for.</param>
    /// <param name="timeout">How long to wait for all of it.</param>
    /// <param name="time">The clock.</param>
    public static async ValueTask<PrefaceStatus> ReadAsync(PipeReader input, Parser parser, TimeSpan timeout, TimeProvider time)
    {
        using var expiry = new CancellationTokenSource(timeout, time);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(expiry.Token);
                var status = parser(read.Buffer, out var consumed);
                if (status != PrefaceStatus.Incomplete || read.IsCompleted)
                {
                    input.AdvanceTo(read.Buffer.GetPosition(consumed));
                    return status == PrefaceStatus.Incomplete ? PrefaceStatus.Ended : status;
                }
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested)
        {
            return PrefaceStatus.TimedOut;
        }
        // The connection was reset by the other side, or aborted by this one.
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return PrefaceStatus.Ended;
        }
    }
}
