using System.Buffers.Binary;
using System.IO.Hashing;

namespace ShadowProxy.State;

/// <summary>What a block of the state file holds.</summary>
internal enum BlockKind : uint
{
    /// <summary>Nodes, to which flows refer by number.</summary>
    Nodes = 1,

    /// <summary>Flows.</summary>
    Flows = 2,

    /// <summary>Nothing: the file is whole.</summary>
    End = 3,
}

/// <summary>
/// Writes blocks: kind and length, 32 bits each, the content's XXH3 (seeded with kind and place, so that neither can be mistaken), the content.
/// </summary>
internal sealed class StateBlockWriter(Stream stream)
{
    /// <summary>Bytes before a block's content.</summary>
    public const int PrefixSize = 16;

    private uint _place;

    /// <summary>Writes one block.</summary>
    public void Write(BlockKind kind, ReadOnlySpan<byte> content)
    {
        Span<byte> prefix = stackalloc byte[PrefixSize];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, (uint)kind);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], content.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(prefix[8..], Hash(kind, _place++, content));
        stream.Write(prefix);
        stream.Write(content);
    }

    /// <summary>The hash that stands before a block.</summary>
    public static ulong Hash(BlockKind kind, uint place, ReadOnlySpan<byte> content) =>
        XxHash3.HashToUInt64(content, ((long)kind << 32) | place);
}

/// <summary>Reads what a <see cref="StateBlockWriter"/> wrote.</summary>
internal sealed class StateBlockReader(Stream stream)
{
    private byte[] _buffer = [];
    private uint _place;

    /// <summary>Reads the next block.</summary>
    /// <param name="content">Valid until the next call.</param>
    /// <exception cref="InvalidDataException">It is damaged, or the file ends before it does.</exception>
    public BlockKind Read(out ReadOnlySpan<byte> content)
    {
        Span<byte> prefix = stackalloc byte[StateBlockWriter.PrefixSize];
        Fill(prefix);
        var kind = (BlockKind)BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
        // A damaged length must not make it ask for memory that no file needs.
        if (length < 0 || length > stream.Length - stream.Position)
            throw new InvalidDataException($"it ends within block {_place}");
        if (_buffer.Length < length)
            _buffer = new byte[length];
        Fill(_buffer.AsSpan(0, length));
        content = _buffer.AsSpan(0, length);
        if (StateBlockWriter.Hash(kind, _place, content) != BinaryPrimitives.ReadUInt64LittleEndian(prefix[8..]))
            throw new InvalidDataException($"its block {_place} is damaged");
        _place++;
        return kind;
    }

    private void Fill(Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"it ends within block {_place}");
    }
}
