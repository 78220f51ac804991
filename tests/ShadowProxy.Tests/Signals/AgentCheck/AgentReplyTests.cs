using CsCheck;
using ShadowProxy.Signals.AgentCheck;

namespace ShadowProxy.Tests.Signals.AgentCheck;

public sealed class AgentReplyTests
{
    private static readonly Gen<string> Separators = OneOf(" ", "\t", ",", " , ", "\t ");

    [Theory]
    [InlineData("up", AgentOperation.Up)]
    [InlineData("DOWN", AgentOperation.Down)]
    [InlineData("Stopped", AgentOperation.Stopped)]
    [InlineData("fail", AgentOperation.Fail)]
    [InlineData("up down", AgentOperation.Down)]
    [InlineData("down,up", AgentOperation.Up)]
    [InlineData("ready 50%", null)]
    internal void Parse_Operation_TheLastCounts(string line, AgentOperation? operation) => Assert.Equal(operation, AgentReply.Parse(line).Operation);

    [Theory]
    [InlineData("ready", AgentAdministration.Ready)]
    [InlineData("dRaIn", AgentAdministration.Drain)]
    [InlineData("drain\tmaint", AgentAdministration.Maint)]
    [InlineData("maint, ready", AgentAdministration.Ready)]
    [InlineData("up", null)]
    internal void Parse_Administration_TheLastCounts(string line, AgentAdministration? administration) =>
        Assert.Equal(administration, AgentReply.Parse(line).Administration);

    [Theory]
    [InlineData("75%", 0.75, null)]
    [InlineData("0%", 0.0, null)]
    [InlineData("250%", 2.5, null)]
    [InlineData("75% 25%", 0.25, null)]
    [InlineData("weight:12", null, 12)]
    [InlineData("WEIGHT:0", null, 0)]
    [InlineData("75% weight:12", null, 12)]
    [InlineData("weight:12 75%", 0.75, null)]
    [InlineData("up", null, null)]
    public void Parse_Weight_TheLastCounts(string line, double? share, int? weight)
    {
        var reply = AgentReply.Parse(line);

        Assert.Equal((share, weight, null), (reply.Share, reply.Weight, reply.Unknown));
    }

    [Theory]
    [InlineData("maxconn:30", 30)]
    [InlineData("MaxConn:0", 0)]
    [InlineData("maxconn:30 maxconn:7", 7)]
    [InlineData("maxconn: 30", null)]
    public void Parse_MaxConnections_TheLastCounts(string line, int? most) => Assert.Equal(most, AgentReply.Parse(line).MaxConnections);

    [Theory]
    [InlineData("down #out of disk ", "out of disk", null)]
    [InlineData("#up", "up", null)]
    [InlineData("down#full", "", "down#full")]
    [InlineData("up # a\u0007b\u00e9", "a?b?", null)]
    [InlineData("upp down sideways", "", "upp")]
    [InlineData("50%%", "", "50%%")]
    [InlineData("-5%", "", "-5%")]
    [InlineData("%", "", "%")]
    [InlineData("weight:257", "", "weight:257")]
    [InlineData("maxconn:many", "", "maxconn:many")]
    [InlineData("", "", null)]
    [InlineData(" ,\t,", "", null)]
    public void Parse_DescriptionAndUnknownWords_AreTold(string line, string description, string? unknown)
    {
        var reply = AgentReply.Parse(line);

        Assert.Equal((description, unknown), (reply.Description, reply.Unknown));
    }

    [Fact]
    public void Parse_AnyWords_AreReadAlikeHoweverTheyAreSetApart() => Gen.Select(
        OneOf("up", "down", "stopped", "fail", "ready", "drain", "maint", "40%", "weight:3", "maxconn:9", "Up", "what").Array[0, 8],
        Separators.Array[10]).Sample((words, separators) =>
    {
        var plain = AgentReply.Parse(string.Join(' ', words));
        var fancy = AgentReply.Parse(separators[8] + string.Concat(words.Select((word, i) => word + separators[i])) + separators[9]);

        Assert.Equal(plain, fancy);
        Assert.Equal(words.Contains("what") ? "what" : null, plain.Unknown);
    });

    [Fact]
    public void Parse_AnyText_IsTakenWithinBounds() => Gen.Char[(char)0, (char)300].Array[0, 500].Sample(chars =>
    {
        var reply = AgentReply.Parse(chars);

        Assert.InRange(reply.Description.Length, 0, 120);
        Assert.InRange(reply.Unknown?.Length ?? 1, 1, 120);
        Assert.All(reply.Description + reply.Unknown, told => Assert.InRange(told, ' ', '~'));
        Assert.True(reply.Share is null or >= 0 && reply.MaxConnections is null or >= 0 && reply.Weight is null or (>= 0 and <= AgentReply.MostWeight));
    });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);
}
