using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ShadowProxy.Signatures;

/// <summary>
/// SipHash-2-4 with 128 bits of output, fed piece by piece: a keyed pseudorandom function, fast on short input.
/// Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, and its reference code. A copy of the
/// struct goes its own way from there on, so that a common beginning is hashed once.
/// </summary>
internal struct SipHash128
{
    private ulong _v0;
    private ulong _v1;
    private ulong _v2;
    private ulong _v3;
    private ulong _tail;

    /// <summary>Starts a hash of nothing.</summary>
    public SipHash128(in SignatureKey key)
    {
        _v0 = 0x736f6d6570736575UL ^ key.First;
        _v1 = 0x646f72616e646f6dUL ^ key.Second ^ 0xee;
        _v2 = 0x6c7967656e657261UL ^ key.First;
        _v3 = 0x7465646279746573UL ^ key.Second;
    }

    /// <summary>How many bytes were added.</summary>
    public int Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            Append(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            Append(value);
    }

    /// <summary>Adds text, as its UTF-16 code units in the machine's byte order.</summary>
    public void Append(ReadOnlySpan<char> text) => Append(MemoryMarshal.AsBytes(text));

    /// <summary>Adds eight bytes, the lowest first.</summary>
    public void Append(ulong value)
    {
        var filled = (Length & 7) * 8;
        Compress(_tail | (value << filled));
        _tail = filled == 0 ? 0 : value >> (64 - filled);
        Length += sizeof(ulong);
    }

    /// <summary>Adds a byte.</summary>
    public void Append(byte value)
    {
        _tail |= (ulong)value << ((Length & 7) * 8);
        if ((++Length & 7) != 0)
            return;
        Compress(_tail);
        _tail = 0;
    }

    /// <summary>The hash of what was added; its hexadecimal digits are the bytes of the reference code, in order. Ends this value's use.</summary>
    public Signature Finish()
    {
        Compress(_tail | ((ulong)Length << 56));
        _v2 ^= 0xee;
        var high = Squeeze();
        _v1 ^= 0xdd;
        return new Signature(high, Squeeze());
    }

    private void Compress(ulong word)
    {
        _v3 ^= word;
        Round();
        Round();
        _v0 ^= word;
    }

    private ulong Squeeze()
    {
        Round();
        Round();
        Round();
        Round();
        return BinaryPrimitives.ReverseEndianness(_v0 ^ _v1 ^ _v2 ^ _v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Round()
    {
        _v0 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }
}
