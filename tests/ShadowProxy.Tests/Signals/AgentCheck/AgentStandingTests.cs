using ShadowProxy.Signals.AgentCheck;
using ShadowProxy.Signals.Sources;

namespace ShadowProxy.Tests.Signals.AgentCheck;

public sealed class AgentStandingTests
{
    [Theory]
    [InlineData("up", NodeCondition.Up, false)]
    [InlineData("down", NodeCondition.Down, true)]
    [InlineData("down|50%", NodeCondition.Down, true)]
    [InlineData("down|ready", NodeCondition.Down, true)]
    [InlineData("down|up", NodeCondition.Up, false)]
    [InlineData("drain", NodeCondition.Up, true)]
    [InlineData("drain|up", NodeCondition.Up, true)]
    [InlineData("drain|ready", NodeCondition.Up, false)]
    [InlineData("maint", NodeCondition.Down, true)]
    [InlineData("maint|up", NodeCondition.Down, true)]
    [InlineData("maint|drain", NodeCondition.Up, true)]
    [InlineData("down drain|up|ready", NodeCondition.Up, false)]
    [InlineData("down|what is this", NodeCondition.Down, true)]
    internal void After_Replies_OnlyTheAgentUndoesWhatItDid(string replies, NodeCondition condition, bool isLeaving)
    {
        var word = After(replies).ToWord();

        Assert.Equal((condition, isLeaving), (word.Condition, word.IsLeaving));
    }

    [Theory]
    [InlineData("50%", 0.5)]
    [InlineData("50%|up", 0.5)]
    [InlineData("50%|100%", 1)]
    [InlineData("250%", 1)]
    [InlineData("weight:1", 0.5)]
    [InlineData("weight:1|weight:9", 1)]
    [InlineData("0%", 0)]
    public void After_Weight_IsAPartOfTheConfiguredOne(string replies, double share) => Assert.Equal(share, After(replies).ToWord().Weight);

    [Theory]
    [InlineData("maxconn:30", 30)]
    [InlineData("maxconn:30|up", 30)]
    [InlineData("maxconn:30|maxconn:0", null)]
    public void After_MaxConnections_StandsUntilItIsSaidAnew(string replies, int? most) => Assert.Equal(most, After(replies).ToWord().MaxConcurrentRequests);

    [Fact]
    public void ToWord_Everything_IsToldAsAnAgentWouldSayIt() => Assert.Equal(
        "fail drain 12.5% maxconn:3 # no disk", After("fail drain weight:0 maxconn:3 #no disk|weight:0").After(AgentReply.Parse("weight:1"), 8).ToWord().Text);

    private static AgentStanding After(string replies) =>
        replies.Split('|').Aggregate(AgentStanding.None, (standing, reply) => standing.After(AgentReply.Parse(reply), configuredWeight: 2));
}
