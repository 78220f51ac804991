using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ShadowProxy.Connections;

/// <summary>
/// JA4, the fingerprint of a TLS client: <c>t13d1516h2_8daaf6152771_e5627efa2ab1</c>. Source: FoxIO,
/// https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md (BSD 3-Clause). Pure.
/// </summary>
internal static class Ja4
{
    private const string NoValues = "000000000000";
    private const int MaxCount = 99;

    /// <summary>The fingerprint: 36 characters, of which the first names the transport, here always TCP.</summary>
    public static string Compute(ClientHello hello)
    {
        var suites = WithoutGrease(hello.CipherSuites);
        var extensions = WithoutGrease(hello.Extensions);
        var name = extensions.Contains(ClientHello.ServerName) ? 'd' : 'i';
        var facts = string.Create(
            CultureInfo.InvariantCulture,
            $"t{Version(hello)}{name}{Math.Min(suites.Length, MaxCount):00}{Math.Min(extensions.Length, MaxCount):00}{Protocol(hello.FirstProtocol)}");
        return $"{facts}_{Hash(Sorted(suites))}_{Hash(Sorted(extensions.Where(IsHashed)), WithoutGrease(hello.SignatureAlgorithms))}";
    }

    // Name and protocol have a place of their own, so that the same client looks the same wherever it goes.
    private static bool IsHashed(ushort extension) => extension is not (ClientHello.ServerName or ClientHello.ApplicationProtocols);

    private static string Version(ClientHello hello) => WithoutGrease(hello.SupportedVersions).Append((ushort)0).Max() switch
    {
        0 => VersionName(hello.LegacyVersion),
        var highest => VersionName(highest),
    };

    private static string VersionName(ushort version) => version switch
    {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        0xfeff => "d1",
        0xfefd => "d2",
        0xfefc => "d3",
        _ => "00",
    };

    private static string Protocol(ReadOnlySpan<byte> protocol)
    {
        if (protocol.IsEmpty)
            return "00";
        if (char.IsAsciiLetterOrDigit((char)protocol[0]) && char.IsAsciiLetterOrDigit((char)protocol[^1]))
            return $"{(char)protocol[0]}{(char)protocol[^1]}";
        var digits = Convert.ToHexStringLower(protocol);
        return $"{digits[0]}{digits[^1]}";
    }

    private static ushort[] WithoutGrease(ushort[] values) => Array.FindAll(values, value => !IsGrease(value));

    // RFC 8701: 0x0a0a, 0x1a1a and so on to 0xfafa, which clients send so that servers learn to ignore what they do not know.
    private static bool IsGrease(ushort value) => (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);

    private static ushort[] Sorted(IEnumerable<ushort> values) => [.. values.Order()];

    private static string Hash(ushort[] values, params ushort[] more)
    {
        if (values.Length == 0)
            return NoValues;
        var text = new StringBuilder();
        AppendTo(text, values);
        if (more.Length > 0)
            AppendTo(text.Append('_'), more);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())).AsSpan(0, NoValues.Length / 2));
    }

    private static void AppendTo(StringBuilder text, ushort[] values)
    {
        for (var index = 0; index < values.Length; index++)
            text.Append(CultureInfo.InvariantCulture, $"{(index == 0 ? "" : ",")}{values[index]:x4}");
    }
}
