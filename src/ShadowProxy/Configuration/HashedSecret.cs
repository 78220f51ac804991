using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ShadowProxy.Configuration;

/// <summary>A secret to compare with, of which only the SHA-256 hash is held. Immutable.</summary>
internal sealed class HashedSecret(string secret)
{
    private readonly byte[] _hash = Hash(secret);

    /// <summary>Whether it is the same secret; the time that this takes says nothing about it.</summary>
    public bool Is(string presented) => CryptographicOperations.FixedTimeEquals(Hash(presented), _hash);

    /// <summary>A key that only who knows the secret can compute: HMAC-SHA-256 over a purpose.</summary>
    public byte[] Derive(ReadOnlySpan<byte> purpose) => HMACSHA256.HashData(_hash, purpose);

    private static byte[] Hash(string secret) => SHA256.HashData(MemoryMarshal.AsBytes(secret.AsSpan()));
}
