using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace ShadowProxy.Connections;

/// <summary>What a client says of itself when it begins a TLS connection (RFC 8446, section 4.1.2), as far as a fingerprint is made of it.</summary>
internal sealed class ClientHello
{
    /// <summary>The type of the extension <c>server_name</c>.</summary>
    public const ushort ServerName = 0;

    /// <summary>The type of the extension <c>application_layer_protocol_negotiation</c>.</summary>
    public const ushort ApplicationProtocols = 16;

    private const ushort SignatureAlgorithmsType = 13;
    private const ushort SupportedVersionsType = 43;
    private const int RandomLength = 32;

    /// <summary>The highest version of clients that do not send <see cref="SupportedVersions"/>.</summary>
    public required ushort LegacyVersion { get; init; }

    /// <summary>The cipher suites, in the client's order.</summary>
    public required ushort[] CipherSuites { get; init; }

    /// <summary>The types of the extensions, in the client's order.</summary>
    public required ushort[] Extensions { get; init; }

    /// <summary>The versions of the extension <c>supported_versions</c>; empty where there is none.</summary>
    public required ushort[] SupportedVersions { get; init; }

    /// <summary>The extension <c>signature_algorithms</c>, in the client's order; empty where there is none.</summary>
    public required ushort[] SignatureAlgorithms { get; init; }

    /// <summary>The application protocol (ALPN, RFC 7301) that the client likes best; empty where it names none.</summary>
    public required byte[] FirstProtocol { get; init; }

    /// <summary>Reads the body of the handshake message.</summary>
    /// <returns>False where it is no ClientHello. An extension whose content is not right counts as one without content.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ClientHello? hello)
    {
        hello = null;
        var reader = new TlsReader(body);
        ReadOnlySpan<byte> extensions = [];
        if (!reader.TryReadUInt16(out var version) || !reader.TryRead(RandomLength, out _) || !reader.TryReadShortVector(out _)
            || !reader.TryReadVector(out var suites) || !reader.TryReadShortVector(out _)
            || !(reader.IsAtEnd || (reader.TryReadVector(out extensions) && reader.IsAtEnd)))
            return false;
        var types = new List<ushort>();
        ushort[] versions = [];
        ushort[] algorithms = [];
        byte[] protocol = [];
        for (var rest = new TlsReader(extensions); !rest.IsAtEnd;)
        {
            if (!rest.TryReadUInt16(out var type) || !rest.TryReadVector(out var data))
                return false;
            types.Add(type);
            var content = new TlsReader(data);
            if (type == SupportedVersionsType && content.TryReadShortVector(out var list))
                versions = Numbers(list);
            else if (type == SignatureAlgorithmsType && content.TryReadVector(out list))
                algorithms = Numbers(list);
            else if (type == ApplicationProtocols && content.TryReadVector(out list) && new TlsReader(list).TryReadShortVector(out var first))
                protocol = first.ToArray();
        }
        hello = new ClientHello
        {
            LegacyVersion = version,
            CipherSuites = Numbers(suites),
            Extensions = [.. types],
            SupportedVersions = versions,
            SignatureAlgorithms = algorithms,
            FirstProtocol = protocol,
        };
        return true;
    }

    private static ushort[] Numbers(ReadOnlySpan<byte> bytes)
    {
        var numbers = new ushort[bytes.Length / sizeof(ushort)];
        for (var index = 0; index < numbers.Length; index++)
            numbers[index] = BinaryPrimitives.ReadUInt16BigEndian(bytes[(index * sizeof(ushort))..]);
        return numbers;
    }
}
