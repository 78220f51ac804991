using ShadowProxy.Connections;

namespace ShadowProxy.Tests.Connections;

/// <summary>The published vectors are FoxIO's: technical_details/JA4.md, and the outputs for the captures in its repository.</summary>
public class Ja4Tests
{
    private static readonly ushort[] Tls13 = [0x0304, 0x0303];

    public static TheoryData<string, string> Published => new()
    {
        // technical_details/JA4.md.
        {
            "t13d1516h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"
            + "_001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015_0403,0804,0401,0503,0805,0501,0806,0601",
            "t13d1516h2_8daaf6152771_e5627efa2ab1"
        },
        // sigalg-grease.pcapng, Chrome.
        {
            "t13d1517h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"
            + "_fe0d,0010,0017,0033,44cd,ff01,000a,000d,0023,002b,000b,ca34,002d,0000,0005,001b,0012_0904,0905,0906,0403,0804,0401,0503,0805,0501,0806,0601",
            "t13d1517h2_8daaf6152771_cb7bf5808d99"
        },
        // tls12.pcap, Firefox.
        {
            "t13d1715h2_1301,1303,1302,c02b,c02f,cca9,cca8,c02c,c030,c00a,c009,c013,c014,009c,009d,002f,0035"
            + "_0000,0017,ff01,000a,000b,0023,0010,0005,0022,0033,002b,000d,002d,001c,0015_0403,0503,0603,0804,0805,0806,0401,0501,0601,0203,0201",
            "t13d1715h2_5b57614c22b0_3d5424432f57"
        },
        // macos_tcp_flags.pcap, Safari.
        {
            "t13d2613h2_1301,1302,1303,c02c,c02b,c024,c023,c00a,c009,cca9,c030,c02f,c028,c027,c014,c013,cca8,009d,009c,003d,003c,0035,002f,c008,c012,000a"
            + "_ff01,0000,0017,000d,0005,0012,0010,000b,0033,002d,002b,000a,0015_0403,0804,0401,0503,0203,0805,0805,0501,0806,0601,0201",
            "t13d2613h2_2802a3db6c62_845d286b0d67"
        },
        // badcurveball.pcap.
        {
            "t13d1615h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035,000a"
            + "_0000,0017,ff01,000a,000b,0023,0010,0005,000d,0012,0033,002d,002b,001b,0015_0403,0804,0401,0503,0805,0501,0806,0601,0201",
            "t13d1615h2_46e7e9700bed_45f260be83e2"
        },
        // ipv6.pcapng, without supported_versions.
        {
            "t12d4605h2_c030,c02c,c028,c024,c014,c00a,009f,006b,0039,cca9,cca8,ccaa,ff85,00c4,0088,0081,009d,003d,0035,00c0,0084,c02f,c02b,c027,c023"
            + ",c013,c009,009e,0067,0033,00be,0045,009c,003c,002f,00ba,0041,c011,c007,0005,0004,c012,c008,0016,000a,00ff"
            + "_0000,000b,000a,000d,0010_0601,0603,efef,0501,0503,0401,0403,eeee,eded,0301,0303,0201,0203",
            "t12d4605h2_85626a9a5f7f_aaf95bb78ec9"
        },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Compute_PublishedClient_GivesThePublishedFingerprint(string client, string expected)
    {
        var hello = ClientHelloWriter.Parse(client).With(Tls13, "h2", "http/1.1");

        Assert.Equal(expected, Compute(hello));
        Assert.Equal(expected, Compute(hello.WithGrease()));
    }

    [Fact]
    public void Compute_NoSignatureAlgorithms_HashesExtensionsAlone() => Assert.EndsWith(
        "_6d807ffa2a79",
        Compute(ClientHelloWriter.Parse("_1301_0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01")),
        StringComparison.Ordinal);

    [Fact]
    public void Compute_NothingButARequiredVersion_HasNoHashes() => Assert.Equal("t12i000000_000000000000_000000000000", Compute(new ClientHelloWriter()));

    [Fact]
    public void Compute_NameAndProtocolAlone_AreCountedButNotHashed() => Assert.Equal(
        "t12d0002h1_000000000000_000000000000", Compute(new ClientHelloWriter { Extensions = [0, 16], Protocols = ["http/1.1"u8.ToArray()] }));

    [Fact]
    public void Compute_MoreThan99_Says99() => Assert.StartsWith(
        "t12i9999", Compute(new ClientHelloWriter { CipherSuites = Range(150), Extensions = Range(100) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "00")]
    [InlineData("68-32", "h2")]
    [InlineData("61", "aa")]
    [InlineData("AB", "ab")]
    [InlineData("AB-CD", "ad")]
    [InlineData("30-AB", "3b")]
    [InlineData("30-31-AB-CD", "3d")]
    [InlineData("30-AB-CD-31", "01")]
    public void Compute_FirstProtocol_ShowsItsEnds(string bytes, string expected)
    {
        var protocol = bytes.Length == 0 ? [] : Array.ConvertAll(bytes.Split('-'), digits => Convert.ToByte(digits, 16));

        Assert.Equal(expected, Compute(new ClientHelloWriter { Extensions = [16], Protocols = [protocol, "h3"u8.ToArray()] })[8..10]);
    }

    [Theory]
    [InlineData(0x0303, new ushort[] { 0x0303, 0x0304, 0x0302 }, "13")]
    [InlineData(0x0303, new ushort[] { 0xfafa, 0x0303 }, "12")]
    [InlineData(0x0301, new ushort[] { 0x1a1a }, "10")]
    [InlineData(0x0302, new ushort[] { }, "11")]
    [InlineData(0x0300, new ushort[] { }, "s3")]
    [InlineData(0x0505, new ushort[] { }, "00")]
    public void Compute_Version_IsTheHighestSupported(int legacy, ushort[] supported, string expected) => Assert.Equal(
        expected, Compute(new ClientHelloWriter { LegacyVersion = (ushort)legacy, Extensions = [43], SupportedVersions = supported })[1..3]);

    private static ushort[] Range(int count) => [.. Enumerable.Range(0x100, count).Select(number => (ushort)number)];

    private static string Compute(ClientHelloWriter writer)
    {
        Assert.True(ClientHello.TryRead(writer.ToMessage().AsSpan(4), out var hello));
        return Ja4.Compute(hello);
    }
}
