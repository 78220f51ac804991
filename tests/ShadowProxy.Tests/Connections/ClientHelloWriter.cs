using System.Buffers.Binary;

namespace ShadowProxy.Tests.Connections;

/// <summary>Writes the ClientHello of a client that a test describes, as bytes on the wire.</summary>
internal sealed class ClientHelloWriter
{
    private const ushort Grease = 0x2a2a;

    public ushort LegacyVersion { get; init; } = 0x0303;

    public ushort[] CipherSuites { get; init; } = [];

    /// <summary>The types, in order. Those whose content a fingerprint is made of are written with it, the others with some bytes.</summary>
    public ushort[] Extensions { get; init; } = [];

    public ushort[] SupportedVersions { get; init; } = [];

    public ushort[] SignatureAlgorithms { get; init; } = [];

    public byte[][] Protocols { get; init; } = [];

    public int SessionIdLength { get; init; } = 32;

    /// <summary>A client described by the "original order" form of its fingerprint (<c>JA4_ro</c>).</summary>
    public static ClientHelloWriter Parse(string original)
    {
        var parts = original.Split('_');
        return new()
        {
            CipherSuites = Numbers(parts[1]),
            Extensions = Numbers(parts[2]),
            SignatureAlgorithms = parts.Length > 3 ? Numbers(parts[3]) : [],
        };
    }

    /// <summary>The same client with values in it that stand for nothing.</summary>
    public ClientHelloWriter WithGrease() => new()
    {
        LegacyVersion = LegacyVersion,
        CipherSuites = [Grease, .. CipherSuites],
        Extensions = [Grease, .. Extensions, 0xfafa],
        SupportedVersions = [Grease, .. SupportedVersions],
        SignatureAlgorithms = [.. SignatureAlgorithms, 0x0a0a],
        Protocols = Protocols,
        SessionIdLength = SessionIdLength,
    };

    public ClientHelloWriter With(ushort[] versions, params string[] protocols) => new()
    {
        LegacyVersion = LegacyVersion,
        CipherSuites = CipherSuites,
        Extensions = Extensions,
        SupportedVersions = versions,
        SignatureAlgorithms = SignatureAlgorithms,
        Protocols = [.. protocols.Select(System.Text.Encoding.ASCII.GetBytes)],
        SessionIdLength = SessionIdLength,
    };

    /// <summary>The handshake message.</summary>
    public byte[] ToMessage()
    {
        var extensions = Extensions.SelectMany(type => (byte[])[.. Big(type), .. Vector(2, Content(type))]).ToArray();
        byte[] body =
        [
            .. Big(LegacyVersion), .. new byte[32], .. Vector(1, new byte[SessionIdLength]), .. Vector(2, Big(CipherSuites)), .. Vector(1, [0]),
            .. Vector(2, extensions),
        ];
        return [1, .. Vector(3, body)];
    }

    /// <summary>The message in records of at most so many bytes.</summary>
    public byte[] ToRecords(int recordLength = 16 * 1024) =>
        [.. ToMessage().Chunk(recordLength).SelectMany(part => (byte[])[22, 3, 1, .. Vector(2, part)])];

    private byte[] Content(ushort type) => type switch
    {
        0x0a0a or 0xfafa or Grease => [],
        13 => Vector(2, Big(SignatureAlgorithms)),
        16 => Vector(2, [.. Protocols.SelectMany(protocol => Vector(1, protocol))]),
        43 => Vector(1, Big(SupportedVersions)),
        _ => [1, 2, 3],
    };

    private static ushort[] Numbers(string list) => [.. list.Split(',').Select(digits => Convert.ToUInt16(digits, 16))];

    private static byte[] Big(params ushort[] numbers) => [.. numbers.SelectMany(number => (byte[])[(byte)(number >> 8), (byte)number])];

    private static byte[] Vector(int lengthSize, byte[] content)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length.AsSpan(sizeof(int) - lengthSize), .. content];
    }
}
