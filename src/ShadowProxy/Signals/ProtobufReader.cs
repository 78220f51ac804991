using System.Buffers.Binary;

namespace ShadowProxy.Signals;

/// <summary>
/// Walks over the fields of a serialised protobuf message, within its bounds whatever its bytes are.
/// Source: "Encoding", protobuf.dev. Groups, which proto3 does not have, count as malformed.
/// </summary>
/// <param name="message">The message.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>True once something could not be read.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Reads the next field; false at the end, or where the message is malformed.</summary>
    public bool TryReadField(out ProtobufField field)
    {
        field = default;
        if (_rest.IsEmpty)
            return false;
        IsMalformed = !TryReadTag(out var number, out var type) || !TryReadValue(number, type, out field);
        return !IsMalformed;
    }

    private bool TryReadTag(out int number, out ProtobufType type)
    {
        var read = TryReadVarint(out var tag);
        number = (int)(tag >> 3);
        type = (ProtobufType)(tag & 7);
        return read && tag is >= 8 and <= uint.MaxValue;
    }

    private bool TryReadValue(int number, ProtobufType type, out ProtobufField field)
    {
        ulong value = 0;
        ReadOnlySpan<byte> bytes = [];
        var read = type switch
        {
            ProtobufType.Varint => TryReadVarint(out value),
            ProtobufType.Fixed64 => TryTake(sizeof(ulong), out bytes),
            ProtobufType.Fixed32 => TryTake(sizeof(uint), out bytes),
            ProtobufType.Bytes => TryReadVarint(out value) && TryTake(value, out bytes),
            _ => false,
        };
        field = new ProtobufField(number, type, bytes, value);
        return read;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && !_rest.IsEmpty; shift += 7)
        {
            var next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return true;
        }
        return false;
    }

    private bool TryTake(ulong length, out ReadOnlySpan<byte> bytes)
    {
        bytes = [];
        if (length > (ulong)_rest.Length)
            return false;
        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}

/// <summary>A field of a protobuf message.</summary>
/// <param name="number">Its number in the message's definition.</param>
/// <param name="type">How it is encoded.</param>
/// <param name="bytes">Its value, save for a varint's.</param>
/// <param name="varint">A varint's value.</param>
internal readonly ref struct ProtobufField(int number, ProtobufType type, ReadOnlySpan<byte> bytes, ulong varint)
{
    /// <summary>Its number in the message's definition.</summary>
    public int Number { get; } = number;

    /// <summary>How it is encoded.</summary>
    public ProtobufType Type { get; } = type;

    /// <summary>Its value; empty for a varint.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>The value of a field of <see cref="ProtobufType.Varint"/>.</summary>
    public ulong AsVarint { get; } = varint;

    /// <summary>The value of a field of <see cref="ProtobufType.Fixed64"/>.</summary>
    public double AsDouble => BinaryPrimitives.ReadDoubleLittleEndian(Bytes);
}

/// <summary>How a field is encoded.</summary>
internal enum ProtobufType
{
    /// <summary>An integer, seven bits a byte.</summary>
    Varint = 0,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length and as many bytes.</summary>
    Bytes = 2,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}
