using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace ShadowProxy.Edge.Admin;

/// <summary>
/// Browsers' sessions: a cookie with a role and an expiry, sealed by HMAC-SHA-256 under a key derived from the role's own, so that it outlives a
/// restart of the proxy and ends when that key is changed. Thread-safe.
/// </summary>
internal sealed class AdminSessions(AdminKeys keys, TimeProvider time)
{
    private const int ExpiryAt = 1;
    private const int NonceAt = ExpiryAt + sizeof(long);
    private const int SealAt = NonceAt + 16;
    private const int Length = SealAt + HMACSHA256.HashSizeInBytes;

    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>The cookie's name. Cookies are shared by all ports of a host; sessions are not.</summary>
    public static string CookieName(HttpContext context) => $"shadowproxy-session-{context.Connection.LocalPort}";

    /// <summary>The value of the cookie of a new session.</summary>
    public string Begin(AdminRole role)
    {
        Span<byte> value = stackalloc byte[Length];
        value[0] = (byte)role;
        BinaryPrimitives.WriteInt64BigEndian(value[ExpiryAt..], (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(value[NonceAt..SealAt]);
        Seal(role, value[..SealAt], value[SealAt..]);
        return Base64Url.EncodeToString(value);
    }

    /// <summary>The role of a session; null where it has ended, or never was.</summary>
    public AdminRole? Recognise(string cookie)
    {
        Span<byte> value = stackalloc byte[Length];
        if (!Base64Url.IsValid(cookie, out var length) || length != Length)
            return null;
        Base64Url.DecodeFromChars(cookie, value);
        var role = (AdminRole)value[0];
        Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Seal(role, value[..SealAt], seal)
            && CryptographicOperations.FixedTimeEquals(seal, value[SealAt..])
            && time.GetUtcNow().ToUnixTimeSeconds() < BinaryPrimitives.ReadInt64BigEndian(value[ExpiryAt..])
                ? role
                : null;
    }

    private bool Seal(AdminRole role, ReadOnlySpan<byte> content, Span<byte> seal)
    {
        if (keys.Derive(role, "session"u8) is not { } key)
            return false;
        HMACSHA256.HashData(key, content, seal);
        return true;
    }
}
