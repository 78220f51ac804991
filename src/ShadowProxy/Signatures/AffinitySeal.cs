using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ShadowProxy.Signatures;

/// <summary>
/// Writes and reads the value of the affinity cookie: a flow, a number that stands for its node, and how often it moved. A client can
/// neither make a value nor see in it which node serves him. Immutable; thread-safe.
/// </summary>
/// <remarks>
/// 55 characters of base64url (RFC 4648, 5), of 41 bytes: signature (16), moves (1), masked node (8), seal (16). The seal is a keyed hash
/// of the cluster and all else, and the mask a keyed hash of the seal (deterministic authenticated encryption after RFC 5297, with
/// <see cref="SipHash128"/> as the pseudorandom function), each under a key of its own that is derived from the signature key.
/// </remarks>
internal sealed class AffinitySeal(SignatureKey key)
{
    /// <summary>How long a value is, in characters.</summary>
    public const int TextLength = 55;

    private const int MovesAt = 16;
    private const int NodeAt = MovesAt + 1;
    private const int SealAt = NodeAt + sizeof(ulong);
    private const int Length = SealAt + 16;

    private readonly SignatureKey _sealKey = Derive(key, "affinity seal");
    private readonly SignatureKey _maskKey = Derive(key, "affinity mask");

    /// <summary>The cookie's value.</summary>
    /// <param name="scope">A hash of the cluster's id.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="node">The node's hash.</param>
    /// <param name="moves">The flow's moves.</param>
    public string Write(ulong scope, in Signature flow, ulong node, byte moves)
    {
        var seal = Seal(scope, flow, node, moves);
        Span<byte> bytes = stackalloc byte[Length];
        Put(flow, bytes);
        bytes[MovesAt] = moves;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[NodeAt..], node ^ Mask(seal));
        Put(seal, bytes[SealAt..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a value; false where it was not written with this key for this cluster, or was changed since.</summary>
    public bool TryRead(ulong scope, ReadOnlySpan<char> text, out Signature flow, out ulong node, out byte moves)
    {
        (flow, node, moves) = (default, 0, 0);
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != TextLength || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != Length)
            return false;
        Span<byte> expected = stackalloc byte[Length - SealAt];
        var read = Signature.Read(bytes);
        var masked = BinaryPrimitives.ReadUInt64BigEndian(bytes[NodeAt..]) ^ Mask(Signature.Read(bytes[SealAt..]));
        Put(Seal(scope, read, masked, bytes[MovesAt]), expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[SealAt..]))
            return false;
        (flow, node, moves) = (read, masked, bytes[MovesAt]);
        return true;
    }

    private static SignatureKey Derive(in SignatureKey key, string purpose)
    {
        var hash = new SipHash128(key);
        hash.Append(Encoding.UTF8.GetBytes(purpose));
        Span<byte> bytes = stackalloc byte[16];
        Put(hash.Finish(), bytes);
        return SignatureKey.FromBytes(bytes);
    }

    private static void Put(in Signature signature, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, signature.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], signature.Low);
    }

    private Signature Seal(ulong scope, in Signature flow, ulong node, byte moves)
    {
        var hash = new SipHash128(_sealKey);
        hash.Append(scope);
        hash.Append(flow.High);
        hash.Append(flow.Low);
        hash.Append(node);
        hash.Append(moves);
        return hash.Finish();
    }

    private ulong Mask(in Signature seal)
    {
        var hash = new SipHash128(_maskKey);
        hash.Append(seal.High);
        hash.Append(seal.Low);
        return hash.Finish().Low;
    }
}
