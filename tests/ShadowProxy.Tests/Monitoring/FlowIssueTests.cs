using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Monitoring;

/// <summary>One flow fares badly on a node that serves others well.</summary>
public sealed class FlowIssueTests : IDisposable
{
    private const double NormMs = 10;

    private readonly TestEngine _engine = new();

    public FlowIssueTests()
    {
        _engine.SetNodes(4);
        for (var i = 0; i < 100; i++)
            _engine.Choose(i);
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void ThreeFailuresInARow_ThatFlowMovesAlone()
    {
        var node = _engine.Choose(1).Node!;
        var others = Others();

        Fail(node, 3);

        var moved = _engine.Choose(1);
        Assert.Equal(MigrationReason.FlowIssue, moved.Reason);
        Assert.NotSame(node, moved.Node);
        Assert.Equal(others, Others());
        Assert.Equal(1, _engine.Events.Migrated);
    }

    [Fact]
    public void FailuresWithSuccessesBetween_Stays()
    {
        var node = _engine.Choose(1).Node!;
        for (var i = 0; i < 20; i++)
        {
            Fail(node, 2);
            Record(node, Outcome.Answered, NormMs);
        }

        Assert.Equal(MigrationReason.None, _engine.Choose(1).Reason);
    }

    [Fact]
    public void OvertakenAnswers_CountAsSlowAndEndNoRowOfFailures()
    {
        var node = _engine.Choose(1).Node!;
        Fail(node, 2);
        for (var i = 0; i < 7; i++)
            Record(node, Outcome.Overtaken, 2.5 * NormMs);
        Assert.Equal(MigrationReason.None, _engine.Choose(1).Reason);

        Fail(node, 1);

        Assert.Equal(MigrationReason.FlowIssue, _engine.Choose(1).Reason);
    }

    [Theory]
    [InlineData(7, MigrationReason.None)]
    [InlineData(8, MigrationReason.FlowIssue)]
    public void SlowAnswers_FromTheEighthOn_Moves(int answers, MigrationReason expected)
    {
        var node = _engine.Choose(1).Node!;
        for (var i = 0; i < answers; i++)
            Record(node, Outcome.Answered, 100);

        Assert.Equal(expected, _engine.Choose(1).Reason);
    }

    [Fact]
    public void SlowAnswers_AsSlowAsThoseOfOthers_Stays()
    {
        var node = _engine.Choose(1).Node!;
        node.Health = new NodeHealth { TypicalLatency = 8 };
        for (var i = 0; i < 20; i++)
            Record(node, Outcome.Answered, 100);

        Assert.Equal(MigrationReason.None, _engine.Choose(1).Reason);
    }

    [Fact]
    public void NodeInTrouble_IsTheNodesTroubleNotTheFlows()
    {
        var node = _engine.Choose(1).Node!;
        TestEngine.Publish(node, 1, NodeState.Evacuating);

        Fail(node, 10);

        Assert.Equal(MigrationReason.None, _engine.Choose(1).Reason);
    }

    [Fact]
    public void TroubleFollows_GoesHomeAndIsMutedForAnHour()
    {
        var home = _engine.Choose(1).Node!;
        Fail(home, 3);
        var away = _engine.Choose(1).Node!;
        Fail(away, 3);

        Assert.Equal((home, MigrationReason.FlowIssue), Where());
        for (var i = 0; i < 7; i++)
        {
            Fail(home, 5);
            Assert.Equal((home, MigrationReason.None), Where());
            Pass(TimeSpan.FromMinutes(8));
        }

        Where();
        Pass(TimeSpan.FromMinutes(5));
        Fail(home, 3);
        Assert.Equal(MigrationReason.FlowIssue, Where().Reason);
    }

    [Fact]
    public void TroubleAgainAfterTenMinutes_MovesOn()
    {
        var home = _engine.Choose(1).Node!;
        Fail(home, 3);
        var away = _engine.Choose(1).Node!;
        Pass(TimeSpan.FromMinutes(9));
        _engine.Choose(1);
        Pass(TimeSpan.FromMinutes(2));

        Fail(away, 3);

        var (node, reason) = Where();
        Assert.Equal(MigrationReason.FlowIssue, reason);
        Assert.NotSame(away, node);
        using var flow = _engine.Tables.Flows.Open(TestEngine.Flow(1));
        Assert.Equal(0u, flow.Entry.MutedUntil);
    }

    [Fact]
    public void AnswerOfAnotherNode_SaysNothingOfThePrimary()
    {
        var node = _engine.Choose(1).Node!;
        Fail(_engine.Nodes.First(n => n != node), 10);

        Assert.Equal(MigrationReason.None, _engine.Choose(1).Reason);
    }

    [Fact]
    public void Statistics_AreAveragesOfTheFlowsOwnAnswers()
    {
        var node = _engine.Choose(1).Node!;
        for (var i = 0; i < 100; i++)
            Record(node, i % 4 == 0 ? Outcome.ServerError : Outcome.Answered, 20);

        using var flow = _engine.Tables.Flows.Open(TestEngine.Flow(1));
        Assert.Equal(20, flow.Entry.LatencyMs, 0.01);
        Assert.InRange(flow.Entry.Errors, 0.15, 0.35);
    }

    private (Node Node, MigrationReason Reason) Where()
    {
        var choice = _engine.Choose(1);
        return (choice.Node!, choice.Reason);
    }

    private string[] Others() => [.. Enumerable.Range(2, 98).Select(i => _engine.Choose(i).Node!.Id)];

    private void Fail(Node node, int times)
    {
        for (var i = 0; i < times; i++)
            Record(node, Outcome.ServerError, NormMs);
    }

    [Fact]
    public void ConnectFailures_AreNoTroubleOfTheFlow()
    {
        var node = _engine.Choose(1).Node!;

        for (var i = 0; i < 10; i++)
            Record(node, Outcome.ConnectRefused, double.NaN);

        Assert.Same(node, _engine.Choose(1).Node);
    }

    private void Record(Node node, Outcome outcome, double latencyMs) =>
        _engine.FlowWatch.Record(TestEngine.Flow(1), node, outcome, latencyMs, NormMs, _engine.Tables.Clock.Now);

    private void Pass(TimeSpan span) => _engine.Time.Advance(span);
}
