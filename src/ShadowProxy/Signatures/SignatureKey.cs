using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ShadowProxy.Signatures;

/// <summary>The 128-bit secret under which all signatures are hashed. Its text form shows nothing of it.</summary>
internal readonly struct SignatureKey
{
    private SignatureKey(ReadOnlySpan<byte> bytes)
    {
        First = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Second = BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]);
    }

    /// <summary>The first eight bytes, little-endian.</summary>
    public ulong First { get; }

    /// <summary>The last eight bytes, little-endian.</summary>
    public ulong Second { get; }

    /// <summary>The key made of the first 16 bytes given.</summary>
    public static SignatureKey FromBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>The key derived from a secret text of any length: the first half of its SHA-256.</summary>
    public static SignatureKey FromText(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A key that nobody knows.</summary>
    public static SignatureKey Generate() => new(RandomNumberGenerator.GetBytes(2 * sizeof(ulong)));

    /// <inheritdoc/>
    public override string ToString() => nameof(SignatureKey);
}
