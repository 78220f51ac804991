using System.Text;
using System.Text.Json;
using CsCheck;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Tests.Edge;

public sealed class JsonConfigurationReaderTests
{
    [Fact]
    public void Read_ObjectsAndArrays_AreFlattenedWithTheirLines()
    {
        var json = Read("""
            { // a comment
              "A": { "b": 1.50, "c": [ true,
                null, "x" ], "empty": {}, },
            }
            """);

        Assert.Empty(json.Errors);
        Assert.Equal("1.50", json.Values["a:B"]);
        Assert.Equal(("true", null, "x"), (json.Values["A:c:0"], json.Values["A:c:1"], json.Values["A:c:2"]));
        Assert.True(json.Values.ContainsKey("A:empty"));
        Assert.Equal((2, 2, 3, 3), (json.Lines["A"], json.Lines["A:c:0"], json.Lines["A:c:2"], json.Lines["A:empty"]));
    }

    [Fact]
    public void Read_KeyTwice_NamesBothLines()
    {
        var error = Assert.Single(Read("{\n\"one\": 1,\n\n\"ONE\": 2 }").Errors);

        Assert.Equal("ONE", error.Path);
        Assert.Contains("lines 2 and 4", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{\n \"a\": 1\n \"b\": 2 }", 3)]
    [InlineData("{\n \"a\":", 2)]
    [InlineData("{} x", 1)]
    public void Read_NotJson_NamesTheLine(string text, int line)
    {
        var json = Read(text);

        Assert.Contains("is not JSON", Assert.Single(json.Errors).Problem, StringComparison.Ordinal);
        Assert.Equal(line, json.Lines[""]);
    }

    [Fact]
    public void Read_NoObject_IsAnError() => Assert.Contains("must be an object", Assert.Single(Read("[1]").Errors).Problem, StringComparison.Ordinal);

    [Fact]
    public void Read_ByteOrderMark_IsSkipped() =>
        Assert.Equal("1", JsonConfigurationReader.Read([.. Encoding.UTF8.Preamble, .. "{\"a\":1}"u8]).Values["a"]);

    [Fact]
    public void Read_AnyBytes_NeverThrows() => Gen.Byte.Array.Sample(bytes => JsonConfigurationReader.Read(bytes).Values is not null);

    [Fact]
    public void Read_AnyStrings_ComeBackUnharmed() => Gen.Dictionary(Gen.Char.AlphaNumeric.Array[1, 9].Select(name => new string(name).ToUpperInvariant()), Gen.String)
        .Where(expected => expected.Values.All(value => !value.Any(char.IsSurrogate)))
        .Sample(expected => Assert.Equal(
            expected.OrderBy(pair => pair.Key),
            Read(JsonSerializer.Serialize(expected)).Values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)).OrderBy(pair => pair.Key)));

    private static JsonConfiguration Read(string text) => JsonConfigurationReader.Read(Encoding.UTF8.GetBytes(text));
}
