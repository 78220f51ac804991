using System.Buffers.Binary;
using System.Globalization;

namespace ShadowProxy.Signatures;

/// <summary>A flow's signature: a 128-bit keyed hash of the facts that its route's template names, and of the cluster.</summary>
/// <param name="High">The upper 64 bits.</param>
/// <param name="Low">The lower 64 bits.</param>
public readonly record struct Signature(ulong High, ulong Low)
{
    /// <summary>Reads 16 bytes, big-endian.</summary>
    public static Signature Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Reads the 32 hexadecimal digits that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Signature signature)
    {
        signature = default;
        if (text.Length != 32
            || !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
            return false;
        signature = new Signature(high, low);
        return true;
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Low;
}
