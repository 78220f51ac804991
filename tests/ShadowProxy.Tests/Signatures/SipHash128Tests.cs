using CsCheck;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tests.Signatures;

public class SipHash128Tests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 64).Select(value => (byte)value)];

    private static readonly SignatureKey ReferenceKey = SignatureKey.FromBytes(Counting);

    // vectors_sip128 of the reference code; the message of n bytes is 00 01 … n-1, the key 00 01 … 0f.
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    [InlineData(2, "8177228da4a45dc7fca38bdef60affe4")]
    [InlineData(3, "9c70b60c5267a94e5f33b6b02985ed51")]
    [InlineData(4, "f88164c12d9c8faf7d0f6e7c7bcd5579")]
    [InlineData(5, "1368875980776f8854527a07690e9627")]
    [InlineData(6, "14eeca338b208613485ea0308fd7a15e")]
    [InlineData(7, "a1f1ebbed8dbc153c0b84aa61ff08239")]
    [InlineData(8, "3b62a9ba6258f5610f83e264f31497b4")]
    [InlineData(15, "5493e99933b0a8117e08ec0f97cfc3d9")]
    [InlineData(63, "5150d1772f50834a503e069a973fbd7c")]
    public void Finish_ReferenceMessage_GivesReferenceHash(int length, string expected)
    {
        var hash = new SipHash128(ReferenceKey);

        hash.Append(Counting.AsSpan(0, length));

        Assert.Equal(expected, hash.Finish().ToString());
    }

    [Fact]
    public void Append_InPieces_GivesTheHashOfTheWhole() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Int[0, 100], Gen.Int[0, 100]).Sample((bytes, cut, end) =>
        {
            end = Math.Min(end, bytes.Length);
            cut = Math.Min(cut, end);
            var whole = new SipHash128(ReferenceKey);
            whole.Append(bytes);
            var pieces = new SipHash128(ReferenceKey);
            pieces.Append(bytes.AsSpan(0, cut));
            pieces.Append(bytes.AsSpan(cut, end - cut));
            foreach (var value in bytes.AsSpan(end))
                pieces.Append(value);

            return whole.Finish() == pieces.Finish();
        });

    [Fact]
    public void Append_Word_EqualsItsBytesLowestFirst() =>
        Gen.Select(Gen.Byte.Array[0, 20], Gen.ULong).Sample((before, word) =>
        {
            var words = new SipHash128(ReferenceKey);
            words.Append(before);
            words.Append(word);
            var bytes = new SipHash128(ReferenceKey);
            bytes.Append(before);
            for (var shift = 0; shift < 64; shift += 8)
                bytes.Append((byte)(word >> shift));

            return words.Length == bytes.Length && words.Finish() == bytes.Finish();
        });

    [Fact]
    public void Append_Text_EqualsItsUtf16()
    {
        var text = new SipHash128(ReferenceKey);
        text.Append("añ€");
        var bytes = new SipHash128(ReferenceKey);
        bytes.Append(System.Text.Encoding.Unicode.GetBytes("añ€"));

        Assert.Equal(bytes.Finish(), text.Finish());
    }

    [Fact]
    public void Key_FromText_DependsOnTheTextAndShowsNothingOfIt()
    {
        var key = SignatureKey.FromText("a secret of some length");

        Assert.Equal(HashOfNothing(key), HashOfNothing(SignatureKey.FromText("a secret of some length")));
        Assert.NotEqual(HashOfNothing(key), HashOfNothing(SignatureKey.FromText("a secret of some lengtH")));
        Assert.NotEqual(HashOfNothing(SignatureKey.Generate()), HashOfNothing(SignatureKey.Generate()));
        Assert.Equal("SignatureKey", key.ToString());
    }

    private static Signature HashOfNothing(SignatureKey key) => new SipHash128(key).Finish();
}
