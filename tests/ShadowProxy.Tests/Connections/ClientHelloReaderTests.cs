using System.Buffers;
using CsCheck;
using ShadowProxy.Connections;

namespace ShadowProxy.Tests.Connections;

public class ClientHelloReaderTests
{
    private static readonly Gen<ClientHelloWriter> Hellos = Gen.Select(
        Gen.UShort.Array[0, 40], Gen.UShort.Array[0, 30], Gen.UShort.Array[0, 5], Gen.UShort.Array[0, 20], Gen.Byte.Array[0, 9].Array[0, 4], Gen.Int[0, 32],
        (suites, extensions, versions, algorithms, protocols, session) => new ClientHelloWriter
        {
            CipherSuites = suites,
            Extensions = [.. extensions.Except(new ushort[] { 13, 16, 43 }), 13, 16, 43],
            SupportedVersions = versions,
            SignatureAlgorithms = algorithms,
            Protocols = protocols,
            SessionIdLength = session,
        });

    [Fact]
    public void Read_GeneratedHello_FindsWhatItSaysHoweverItIsCut() =>
        Gen.Select(Hellos, Gen.Int[1, 300], Gen.Int[1, 300]).Sample((writer, record, segment) =>
        {
            byte[] bytes = [.. writer.ToRecords(record), 20, 3, 3];
            Assert.Equal(PrefaceStatus.Complete, ClientHelloReader.Read(Pieces.Cut(bytes, segment), out var hello));
            Assert.Equal(writer.CipherSuites, hello!.CipherSuites);
            Assert.Equal(writer.Extensions, hello.Extensions);
            Assert.Equal(writer.SupportedVersions, hello.SupportedVersions);
            Assert.Equal(writer.SignatureAlgorithms, hello.SignatureAlgorithms);
            Assert.Equal(writer.Protocols.FirstOrDefault([]), hello.FirstProtocol);
        });

    [Fact]
    public void Read_AnyBeginning_WaitsForTheRest()
    {
        var bytes = ClientHelloWriter.Parse("_1301,1302_0000,0010,000d,002b_0403").ToRecords(50);

        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(PrefaceStatus.Incomplete, Read(bytes[..length]));
        Assert.Equal(PrefaceStatus.Complete, Read(bytes));
    }

    [Theory]
    [InlineData("47-45-54-20-2F", "HTTP")]
    [InlineData("16-03-01-00-00", "an empty record")]
    [InlineData("16-03-01-40-01", "a record that is too long")]
    [InlineData("16-03-01-00-04-02-00-00-01", "a ServerHello")]
    [InlineData("16-03-01-00-04-01-00-40-00", "a message that is too long")]
    [InlineData("16-03-01-00-06-01-00-00-02-03-03", "a message that is too short")]
    [InlineData("16-03-01-00-01-01-15-03-01-00-02", "another record in its midst")]
    public void Read_AnythingElse_IsInvalid(string bytes, string what) =>
        Assert.True(Read(Array.ConvertAll(bytes.Split('-'), digits => Convert.ToByte(digits, 16))) == PrefaceStatus.Invalid, what);

    [Fact]
    public void Read_AnyBytes_EndsWithAStatus() => Gen.Byte.Array[0, 400].Sample(bytes => { Read(bytes); });

    [Fact]
    public void Read_DamagedHello_EndsWithAStatus() => Gen.Select(Hellos, Gen.Int[0, 1000], Gen.Byte).Sample((writer, place, value) =>
    {
        var bytes = writer.ToRecords();
        bytes[place % bytes.Length] = value;
        if (ClientHelloReader.Read(new(bytes), out var hello) == PrefaceStatus.Complete)
            Assert.Equal(36, Ja4.Compute(hello!).Length);
    });

    [Fact]
    public void Read_EndlessMessage_IsBounded()
    {
        var bytes = new ClientHelloWriter { CipherSuites = new ushort[8000] }.ToRecords(100);

        Assert.Equal(PrefaceStatus.Complete, Read(bytes));
        Assert.Equal(PrefaceStatus.Invalid, Read(new ClientHelloWriter { CipherSuites = new ushort[8192] }.ToRecords(100)));
    }

    private static PrefaceStatus Read(byte[] bytes) => ClientHelloReader.Read(new ReadOnlySequence<byte>(bytes), out _);
}
