using System.Buffers.Binary;

namespace ShadowProxy.Connections;

/// <summary>Reads the presentation language of TLS (RFC 8446, section 3) from untrusted bytes. Nothing is read past their end.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True once all was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads so many bytes.</summary>
    public bool TryRead(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_rest.Length < count)
            return false;
        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    /// <summary>Reads a <c>uint16</c>.</summary>
    public bool TryReadUInt16(out ushort value)
    {
        var read = TryRead(sizeof(ushort), out var bytes);
        value = read ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;
        return read;
    }

    /// <summary>Reads a vector whose length is a <c>uint8</c>.</summary>
    public bool TryReadShortVector(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryRead(1, out var length) && TryRead(length[0], out vector);
    }

    /// <summary>Reads a vector whose length is a <c>uint16</c>.</summary>
    public bool TryReadVector(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryReadUInt16(out var length) && TryRead(length, out vector);
    }
}
