using ShadowProxy.Nodes;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

/// <summary>A response sets a cookie, and the flow goes on under a new signature.</summary>
public sealed class LearningTests : IDisposable
{
    private const int Connection = 1;
    private const int Session = 2;

    private readonly TestEngine _engine = new();

    public LearningTests() => _engine.SetNodes(4);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Learn_NewSignature_StartsOnTheNodeThatSetItAndTakesOverTheStatistics()
    {
        var node = Begin(Connection);
        _engine.FlowWatch.Record(TestEngine.Flow(Connection), node, Outcome.Answered, 42, 40, _engine.Tables.Clock.Now);

        Learn(Session, Connection, node);

        Assert.Null(Find(Connection));
        Assert.Equal(node.Ref, Find(Session)!.Value.Primary);
        Assert.Equal(42, Find(Session)!.Value.LatencyMs, 0.01);
        Assert.Same(node, _engine.Choose(Session).Node);
        Assert.Equal(2u, Find(Session)!.Value.Requests);
        Assert.Equal(1, _engine.Nodes.Sum(n => n.Flows));
    }

    [Fact]
    public void Learn_HomeIsTheNodeThatSetIt()
    {
        var node = Begin(Connection);
        Learn(Session, Connection, node);

        using var shadow = _engine.Tables.Shadows.Open(TestEngine.Flow(Session));
        Assert.True(shadow.Exists);
        Assert.Equal(node.Ref, shadow.Entry.Home);
    }

    [Fact]
    public void Learn_KnownSignature_IsLeftAlone()
    {
        var old = _engine.Choose(Session).Node!;
        Begin(Connection);
        var other = _engine.Nodes.First(n => n != old);

        Learn(Session, Connection, other);

        Assert.Equal(old.Ref, Find(Session)!.Value.Primary);
        Assert.NotNull(Find(Connection));
    }

    [Fact]
    public void Learn_SignatureThatEndedLately_IsLeftAlone()
    {
        _engine.Choose(Session);
        _engine.Time.Advance(TimeSpan.FromMinutes(11));
        var node = Begin(Connection);

        Learn(Session, Connection, node);

        Assert.Null(Find(Session));
        Assert.NotNull(Find(Connection));
    }

    [Fact]
    public void Learn_SecondSessionOfAConnection_MarksItSharedAndSpreads()
    {
        Learn(Session, Connection, Begin(Connection));
        Learn(Session + 1, Connection, Begin(Connection));

        Assert.True(Find(Connection)!.Value.Has(FlowFlags.Shared));
        var choices = Enumerable.Range(0, 100).Select(_ => _engine.Choose(TestEngine.Flow(Connection), byConnection: true)).ToArray();
        Assert.All(choices, choice => Assert.True(choice.Spread));
        Assert.Equal(4, choices.Select(choice => choice.Node).Distinct().Count());
        Assert.False(Find(Session)!.Value.Has(FlowFlags.Shared));
        Assert.False(Find(Session + 1)!.Value.Has(FlowFlags.Shared));
    }

    [Fact]
    public void Learn_ChangedCookieOfASession_EndsTheOldOne()
    {
        var node = _engine.Choose(Session).Node!;
        _engine.Router.Learn(TestEngine.Flow(Session + 1), TestEngine.Flow(Session), node, _engine.Cluster, _engine.Route, byConnection: false);

        Assert.Null(Find(Session));
        Assert.Same(node, _engine.Choose(Session + 1).Node);
    }

    private Node Begin(int flow) => _engine.Choose(TestEngine.Flow(flow), byConnection: true).Node!;

    private void Learn(int learned, int predecessor, Node node) => _engine.Router.Learn(
        TestEngine.Flow(learned), TestEngine.Flow(predecessor), node, _engine.Cluster, _engine.Route, byConnection: true);

    private FlowEntry? Find(int i)
    {
        using var flow = _engine.Tables.Flows.Open(TestEngine.Flow(i));
        return flow.Exists ? flow.Entry : null;
    }
}
