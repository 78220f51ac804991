using System.Buffers;

namespace ShadowProxy.Tests.Connections;

/// <summary>Bytes as they come from a connection: in pieces.</summary>
internal static class Pieces
{
    /// <summary>The bytes in segments of at most so many.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, int length)
    {
        if (bytes.Length <= length)
            return new(bytes);
        Segment? first = null;
        Segment? last = null;
        foreach (var part in bytes.Chunk(length))
        {
            last = new Segment(part, last);
            first ??= last;
        }
        return new(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            RunningIndex = previous is null ? 0 : previous.RunningIndex + previous.Memory.Length;
            previous?.Next = this;
        }
    }
}
