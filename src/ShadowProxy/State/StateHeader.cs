using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using ShadowProxy.Signatures;

namespace ShadowProxy.State;

/// <summary>The first 64 bytes of the state file, little-endian.</summary>
/// <param name="Writer">The run of a process that wrote it.</param>
/// <param name="SavedAt">The wall clock when it was written, to the millisecond.</param>
/// <param name="SavedTick">The writer's <see cref="Tables.FlowClock"/> at that moment: what times in the file count from.</param>
/// <param name="KeyMark">Which signature key its signatures were made with; shows nothing of it.</param>
internal readonly record struct StateHeader(Guid Writer, DateTimeOffset SavedAt, uint SavedTick, ulong KeyMark)
{
    /// <summary>Bytes that a header takes.</summary>
    public const int Size = 64;

    /// <summary>The format that is written, and the only one that is read. A change of what stands in the file raises it.</summary>
    public const uint Version = 1;

    private const int WriterAt = 16;
    private const int SavedAtAt = 32;
    private const int SavedTickAt = 40;
    private const int KeyMarkAt = 48;
    private const int HashAt = 56;

    private static ReadOnlySpan<byte> Magic => "ShadowPx"u8;

    /// <summary>What tells signature keys apart: the first 64 bits of a SHA-256.</summary>
    public static ulong MarkOf(SignatureKey key)
    {
        Span<byte> text = stackalloc byte[3 * sizeof(ulong)];
        Magic.CopyTo(text);
        BinaryPrimitives.WriteUInt64LittleEndian(text[8..], key.First);
        BinaryPrimitives.WriteUInt64LittleEndian(text[16..], key.Second);
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(text));
    }

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">It is none, is damaged, or is of another version.</exception>
    public static StateHeader Read(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (stream.ReadAtLeast(bytes, Size, throwOnEndOfStream: false) < Size || !bytes.StartsWith(Magic))
            throw new InvalidDataException("it is no state of ShadowProxy");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[Magic.Length..]);
        if (version != Version)
            throw new InvalidDataException($"it is of format version {version}, and this program reads version {Version}");
        if (XxHash3.HashToUInt64(bytes[..HashAt]) != BinaryPrimitives.ReadUInt64LittleEndian(bytes[HashAt..]))
            throw new InvalidDataException("its header is damaged");
        return new StateHeader(
            new Guid(bytes[WriterAt..SavedAtAt]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[SavedAtAt..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[SavedTickAt..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[KeyMarkAt..]));
    }

    /// <summary>Writes the header.</summary>
    public void Write(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[Magic.Length..], Version);
        Writer.TryWriteBytes(bytes[WriterAt..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[SavedAtAt..], SavedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[SavedTickAt..], SavedTick);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[KeyMarkAt..], KeyMark);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[HashAt..], XxHash3.HashToUInt64(bytes[..HashAt]));
        stream.Write(bytes);
    }
}
