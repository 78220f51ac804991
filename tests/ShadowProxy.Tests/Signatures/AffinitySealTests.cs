using CsCheck;
using ShadowProxy.Signatures;

namespace ShadowProxy.Tests.Signatures;

public sealed class AffinitySealTests
{
    private const ulong Scope = 42;

    private static readonly AffinitySeal Seal = new(SignatureKey.FromText("a secret of the replicas"));

    private static readonly Gen<(Signature Flow, ulong Node, byte Moves)> Contents =
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.Byte, (high, low, node, moves) => (new Signature(high, low), node, moves));

    [Fact]
    public void TryRead_WhatWasWritten_GivesItBack() => Contents.Sample(contents =>
    {
        var text = Write(contents);

        return text.Length == AffinitySeal.TextLength
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            && Seal.TryRead(Scope, text, out var flow, out var node, out var moves)
            && (flow, node, moves) == contents;
    });

    [Fact]
    public void TryRead_AnyCharacterChanged_IsRefused() => Gen.Select(Contents, Gen.Int[0, AffinitySeal.TextLength - 2], Gen.Char['A', 'Z']).Sample(
        (contents, at, letter) =>
        {
            var text = Write(contents).ToCharArray();
            text[at] = text[at] == letter ? 'a' : letter;

            return !Seal.TryRead(Scope, text, out _, out _, out _);
        });

    [Fact]
    public void TryRead_AnyText_IsRefused() => Gen.String.Sample(text => !Seal.TryRead(Scope, text, out _, out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("=======================================================")]
    [InlineData("                                                       ")]
    public void TryRead_NoBase64Url_IsRefused(string text) => Assert.False(Seal.TryRead(Scope, text, out _, out _, out _));

    [Fact]
    public void TryRead_OtherKeyOrCluster_IsRefused()
    {
        var text = Write((new Signature(1, 2), 3, 4));

        Assert.False(new AffinitySeal(SignatureKey.FromText("another secret")).TryRead(Scope, text, out _, out _, out _));
        Assert.False(Seal.TryRead(Scope + 1, text, out _, out _, out _));
    }

    [Fact]
    public void Write_SameNodeOfTwoFlows_DoesNotShowThatItIsOne()
    {
        var one = Write((new Signature(1, 2), 3, 4));
        var other = Write((new Signature(1, 3), 3, 4));

        // Characters 24 to 32 hold nothing but the node.
        Assert.NotEqual(one[24..32], other[24..32]);
    }

    private static string Write((Signature Flow, ulong Node, byte Moves) contents) => Seal.Write(Scope, contents.Flow, contents.Node, contents.Moves);
}
