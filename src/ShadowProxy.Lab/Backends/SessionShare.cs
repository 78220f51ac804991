using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ShadowProxy.Lab.Backends;

/// <summary>Picks a share of all sessions, by a hash of their cookie: always the same ones, and of a larger share these too.</summary>
internal static class SessionShare
{
    /// <summary>True where a session is one of a share, 0 to 1, of all.</summary>
    public static bool Includes(string session, double share) =>
        share > 0 && BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(session))) <= share * uint.MaxValue;
}
