using System.Buffers;

namespace ShadowProxy.Forwarding;

/// <summary>
/// The memory in which the process keeps bodies of requests that may be sent again: pooled, and not without end, so that many uploads at once
/// cannot exhaust it. Thread-safe.
/// </summary>
/// <param name="mostBytes">What all recordings may hold together.</param>
internal sealed class RecordedBodies(long mostBytes = RecordedBodies.MostBytes)
{
    /// <summary>64 MiB: a thousand bodies of the longest that a route keeps by default.</summary>
    private const long MostBytes = 64 * 1024 * 1024;

    private long _held;

    /// <summary>Bytes that recordings hold now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Bytes that they may hold together.</summary>
    public long Limit => mostBytes;

    /// <summary>Takes a buffer of at least a length.</summary>
    /// <returns>Null where all recordings together would hold too much.</returns>
    public byte[]? TryRent(int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        if (Interlocked.Add(ref _held, buffer.Length) <= mostBytes)
            return buffer;
        Return(buffer);
        return null;
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length == 0)
            return;
        Interlocked.Add(ref _held, -buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
