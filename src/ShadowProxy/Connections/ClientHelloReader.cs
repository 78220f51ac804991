using System.Buffers;
using System.Buffers.Binary;

namespace ShadowProxy.Connections;

/// <summary>Finds the ClientHello at the beginning of a TLS connection, in one record or in several (RFC 8446, section 5.1). Pure.</summary>
internal static class ClientHelloReader
{
    /// <summary>The longest handshake message that is read, header included; clients of today send about 2,000 bytes.</summary>
    public const int MaxLength = 16 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RecordHeaderLength = 5;
    private const int MessageHeaderLength = 4;
    private const int MaxRecordLength = 16 * 1024;

    /// <summary>Reads the message.</summary>
    /// <param name="bytes">What came so far.</param>
    /// <param name="hello">The message, where it is complete.</param>
    public static PrefaceStatus Read(in ReadOnlySequence<byte> bytes, out ClientHello? hello)
    {
        var message = ArrayPool<byte>.Shared.Rent(MaxLength);
        try
        {
            return Read(bytes, message.AsSpan(0, MaxLength), out hello);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private static PrefaceStatus Read(in ReadOnlySequence<byte> bytes, Span<byte> message, out ClientHello? hello)
    {
        hello = null;
        var reader = new SequenceReader<byte>(bytes);
        for (var filled = 0; ;)
        {
            if (filled >= MessageHeaderLength)
            {
                // The type is the highest byte, the length of the body the other three.
                var header = BinaryPrimitives.ReadUInt32BigEndian(message);
                var end = MessageHeaderLength + (header & 0xffffff);
                if (header >> 24 != ClientHelloMessage || end > MaxLength)
                    return PrefaceStatus.Invalid;
                if (filled >= end)
                    return ClientHello.TryRead(message[MessageHeaderLength..(int)end], out hello) ? PrefaceStatus.Complete : PrefaceStatus.Invalid;
            }
            var status = ReadRecordHeader(ref reader, out var length);
            if (status != PrefaceStatus.Complete)
                return status;
            var there = (int)Math.Min(Math.Min(length, reader.Remaining), MaxLength - filled);
            reader.TryCopyTo(message.Slice(filled, there));
            reader.Advance(there);
            filled += there;
        }
    }

    private static PrefaceStatus ReadRecordHeader(ref SequenceReader<byte> reader, out int length)
    {
        length = 0;
        if (reader.TryPeek(out var type) && type != HandshakeRecord)
            return PrefaceStatus.Invalid;
        if (reader.Remaining < RecordHeaderLength)
            return PrefaceStatus.Incomplete;
        reader.Advance(RecordHeaderLength - sizeof(ushort));
        reader.TryReadBigEndian(out short value);
        length = (ushort)value;
        return length is 0 or > MaxRecordLength ? PrefaceStatus.Invalid : PrefaceStatus.Complete;
    }
}
