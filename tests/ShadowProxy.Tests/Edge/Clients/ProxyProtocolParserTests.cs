using System.Buffers.Binary;
using System.Net;
using System.Text;
using CsCheck;
using ShadowProxy.Connections;
using ShadowProxy.Edge.Clients;
using ShadowProxy.Tests.Connections;

namespace ShadowProxy.Tests.Edge.Clients;

public class ProxyProtocolParserTests
{
    private const string Signature = "0D-0A-0D-0A-00-0D-0A-51-55-49-54-0A";

    private static readonly Gen<IPEndPoint> EndPoints =
        Gen.Select(Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]), Gen.UShort, (address, port) => new IPEndPoint(new IPAddress(address), port));

    [Theory]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", "192.168.0.1:56324", "192.168.0.11:443")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:DB8::2 0 1\r\n", "[2001:db8::1]:0", "[2001:db8::2]:1")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [InlineData("PROXY TCP6 ::ffff:10.1.2.3 ::1 1 2\r\n", "[::ffff:10.1.2.3]:1", "[::1]:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN whatever\nit says\r\n", null, null)]
    public void Read_Text_TakesTheAddresses(string line, string? client, string? destination)
    {
        var status = Read(Encoding.ASCII.GetBytes(line + "GET / HTTP/1.1\r\n\r\n"), out var header);

        Assert.Equal(PrefaceStatus.Complete, status);
        Assert.Equal((line.Length, client, destination), (header.Length, header.Client?.ToString(), header.Destination?.ToString()));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("P\r\n")]
    [InlineData("PROXY\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("PROXY UNKNOWNS\r\n")]
    [InlineData("PROXY TCP5 10.0.0.1 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY tcp4 10.0.0.1 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY  TCP4 10.0.0.1 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1  10.0.0.2 1 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 1 2 \r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 1 2 3\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 1\r\n")]
    [InlineData("PROXY TCP4 10.0.0.01 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY TCP4 10.1 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY TCP4 0x0a.0.0.1 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.256 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::2 1 2\r\n")]
    [InlineData("PROXY TCP6 10.0.0.1 10.0.0.2 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 ::2 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1] ::2 1 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 65536 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 01 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 -1 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 +1 2\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\n\r\n")]
    [InlineData("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\0\r\n")]
    public void Read_OtherText_IsInvalid(string line) => Assert.Equal(PrefaceStatus.Invalid, Read(Encoding.ASCII.GetBytes(line), out _));

    [Fact]
    public void Read_TextWithoutEnd_IsInvalidOnceNoLineIsThatLong()
    {
        var line = Encoding.ASCII.GetBytes("PROXY UNKNOWN ".PadRight(200, 'x'));

        Assert.Equal(PrefaceStatus.Incomplete, Read(line[..106], out _));
        Assert.Equal(PrefaceStatus.Invalid, Read(line[..107], out _));
        Assert.Equal(PrefaceStatus.Invalid, Read(line, out _));
    }

    [Theory]
    [InlineData("21-11-00-0C-0A-00-00-01-0A-00-00-02-DC-04-01-BB", 28, "10.0.0.1:56324", "10.0.0.2:443")]
    [InlineData("21-11-00-13-0A-00-00-01-0A-00-00-02-DC-04-01-BB-03-00-04-DE-AD-BE-EF", 35, "10.0.0.1:56324", "10.0.0.2:443")]
    [InlineData("21-21-00-24-20-01-0D-B8-00-00-00-00-00-00-00-00-00-00-00-01-20-01-0D-B8-00-00-00-00-00-00-00-00-00-00-00-02-00-01-00-02", 52,
        "[2001:db8::1]:1", "[2001:db8::2]:2")]
    [InlineData("20-00-00-00", 16, null, null)]
    [InlineData("20-11-00-0C-0A-00-00-01-0A-00-00-02-DC-04-01-BB", 28, null, null)]
    [InlineData("20-FF-00-02-01-02", 18, null, null)]
    [InlineData("21-00-00-00", 16, null, null)]
    [InlineData("21-12-00-0C-0A-00-00-01-0A-00-00-02-DC-04-01-BB", 28, null, null)]
    [InlineData("21-31-00-03-61-62-63", 19, null, null)]
    public void Read_Binary_TakesTheAddressesAndSkipsTheRest(string rest, int length, string? client, string? destination)
    {
        var status = Read([.. Bytes($"{Signature}-{rest}"), 0x16, 3, 1], out var header);

        Assert.Equal(PrefaceStatus.Complete, status);
        Assert.Equal((length, client, destination), (header.Length, header.Client?.ToString(), header.Destination?.ToString()));
    }

    [Theory]
    [InlineData(Signature + "-11-11-00-0C")]
    [InlineData(Signature + "-31-11-00-0C")]
    [InlineData(Signature + "-22-11-00-0C")]
    [InlineData(Signature + "-21-41-00-0C")]
    [InlineData(Signature + "-21-13-00-0C")]
    [InlineData(Signature + "-21-11-00-0B")]
    [InlineData(Signature + "-21-21-00-23")]
    [InlineData(Signature + "-21-11-0F-F1")]
    [InlineData("0D-0A-0D-0A-00-0D-0A-51-55-49-54-0B")]
    [InlineData("0D-0A-0D-0A-01")]
    [InlineData("16-03-01")]
    public void Read_OtherBinary_IsInvalid(string bytes) => Assert.Equal(PrefaceStatus.Invalid, Read(Bytes(bytes), out _));

    [Fact]
    public void Read_GeneratedHeader_IsReadBackHoweverItIsCut() => Gen.Select(EndPoints, EndPoints, Gen.Byte.Array[0, 300], Gen.Int[1, 60])
        .Where((client, destination, _, _) => client.AddressFamily == destination.AddressFamily)
        .Sample((client, destination, extensions, piece) =>
        {
            foreach (var header in new[] { Text(client, destination), Binary(client, destination, extensions) })
            {
                byte[] bytes = [.. header, .. extensions];
                Assert.Equal(PrefaceStatus.Complete, ProxyProtocolParser.Read(Pieces.Cut(bytes, piece), out var read));
                Assert.Equal(new ProxyProtocolHeader(header.Length, client, destination), read);
            }
        });

    [Fact]
    public void Read_AnyBeginning_WaitsForTheRest() => Gen.Select(EndPoints, Gen.Byte.Array[0, 20]).Sample((end, extensions) =>
    {
        foreach (var header in new[] { Text(end, end), Binary(end, end, extensions) })
        {
            for (var length = 0; length < header.Length; length++)
                Assert.Equal(PrefaceStatus.Incomplete, Read(header[..length], out _));
        }
    });

    [Fact]
    public void Read_AnyBytes_EndsWithAStatus() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        Read(bytes, out _);
        Read([.. Bytes(Signature), .. bytes], out _);
        Read([.. "PROXY "u8, .. bytes], out _);
    });

    [Fact]
    public void Read_DamagedHeader_NeverWaitsForMoreThanAHeaderCanHave() =>
        Gen.Select(EndPoints, Gen.Int[0, 1000], Gen.Byte).Sample((end, place, value) =>
        {
            foreach (var header in new[] { Text(end, end), Binary(end, end, []) })
            {
                header[place % header.Length] = value;
                byte[] bytes = [.. header, .. new byte[ProxyProtocolParser.MaxLength]];
                Assert.NotEqual(PrefaceStatus.Incomplete, Read(bytes, out _));
            }
        });

    private static byte[] Text(IPEndPoint client, IPEndPoint destination)
    {
        var family = client.Address.GetAddressBytes().Length == 4 ? "TCP4" : "TCP6";
        return Encoding.ASCII.GetBytes($"PROXY {family} {client.Address} {destination.Address} {client.Port} {destination.Port}\r\n");
    }

    private static byte[] Binary(IPEndPoint client, IPEndPoint destination, byte[] extensions)
    {
        var ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)client.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), (ushort)destination.Port);
        byte[] rest = [.. client.Address.GetAddressBytes(), .. destination.Address.GetAddressBytes(), .. ports, .. extensions];
        var family = (byte)(client.Address.GetAddressBytes().Length == 4 ? 0x11 : 0x21);
        return [.. Bytes(Signature), 0x21, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];
    }

    private static byte[] Bytes(string digits) => Array.ConvertAll(digits.Split('-'), two => Convert.ToByte(two, 16));

    private static PrefaceStatus Read(byte[] bytes, out ProxyProtocolHeader header) => ProxyProtocolParser.Read(new(bytes), out header);
}
