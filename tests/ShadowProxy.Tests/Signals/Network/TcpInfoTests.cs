using CsCheck;
using ShadowProxy.Signals.Network;

namespace ShadowProxy.Tests.Signals.Network;

public sealed class TcpInfoTests
{
    [Fact]
    public void Parse_FieldsAtTheirPlaces_AreRead()
    {
        var info = Structure(232);

        Assert.Equal(
            new TcpInfo(TimeSpan.FromMicroseconds(1500), TimeSpan.FromMicroseconds(900), Retransmits: 7, Segments: 4000), TcpInfo.Parse(info));
    }

    [Theory]
    [InlineData(160, 900, 4000)]
    [InlineData(156, 900, 5000)]
    [InlineData(152, 900, 5000)]
    [InlineData(148, 0, 5000)]
    [InlineData(140, 0, 5000)]
    public void Parse_OlderKernel_TellsLess(int length, int leastMicroseconds, uint segments) => Assert.Equal(
        new TcpInfo(TimeSpan.FromMicroseconds(1500), TimeSpan.FromMicroseconds(leastMicroseconds), 7, segments), TcpInfo.Parse(Structure(length)));

    [Fact]
    public void Parse_NoRoundTripYet_IsZero()
    {
        var info = Structure(232);
        BitConverter.TryWriteBytes(info.AsSpan(148), uint.MaxValue);

        Assert.Equal(TimeSpan.Zero, TcpInfo.Parse(info)!.Value.LeastRoundTrip);
    }

    [Fact]
    public void Parse_AnyBytes_AreNoError() =>
        Gen.Byte.Array[0, 300].Sample(bytes => TcpInfo.Parse(bytes) is null == bytes.Length < 140);

    private static byte[] Structure(int length)
    {
        var info = new byte[232];
        foreach (var (at, value) in ((int, uint)[])[(68, 1500), (100, 7), (136, 5000), (148, 900), (156, 4000)])
            BitConverter.TryWriteBytes(info.AsSpan(at), value);
        return info[..length];
    }
}
