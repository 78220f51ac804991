using ShadowProxy.Configuration;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Tables;

public sealed class FlowTablesTests : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);

    private readonly TestEngine _engine = new();

    public FlowTablesTests() => _engine.SetNodes(4);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void NewFlow_IsInBothTables()
    {
        var node = _engine.Choose(1).Node!;

        Assert.Equal(node.Ref, Flow(1)!.Value.Primary);
        var shadow = Shadow(1)!.Value;
        Assert.True(shadow.IsHeld);
        Assert.Equal(node.Ref, shadow.Home);
        var standIns = Enumerable.Range(0, 3).Select(rank => _engine.Registry.Resolve(shadow.Shadows[rank])).ToArray();
        Assert.Equal(_engine.Nodes.Except([node]).OrderBy(n => n.Id), standIns.OrderBy(n => n!.Id));
        Assert.True(shadow.Shadows[3].IsNone);
    }

    [Fact]
    public void FlowExpires_ShadowIsKeptForItsRetentionAndSaysWhereItLived()
    {
        var node = _engine.Choose(1).Node!;

        Pass(Idle + TimeSpan.FromSeconds(30));
        Assert.Null(Flow(1));
        Assert.Equal(1, _engine.Tables.Expired);
        Assert.Equal(node.Ref, Shadow(1)!.Value.LastPrimary);
        Assert.False(Shadow(1)!.Value.IsHeld);

        Pass(Retention);
        Assert.Null(Shadow(1));
    }

    [Fact]
    public void Touch_KeepsTheFlowAlive()
    {
        _engine.Choose(1);
        for (var i = 0; i < 5; i++)
        {
            Pass(Idle - TimeSpan.FromSeconds(1));
            _engine.Choose(1);
        }

        Assert.NotNull(Flow(1));
        Assert.Equal(6u, Flow(1)!.Value.Requests);
    }

    [Fact]
    public void Lifetime_EndsAFlowInUse()
    {
        _engine.Route = RouteSettings.Resolve(new RouteOptions { Lifetime = TimeSpan.FromMinutes(2) }, new DefaultsOptions());
        _engine.Choose(1);
        for (var i = 0; i < 3; i++)
        {
            Pass(TimeSpan.FromSeconds(50));
            _engine.Choose(1);
        }

        Assert.Equal(1u, Flow(1)!.Value.Requests);
    }

    [Fact]
    public void NodeFlows_AllFlowsEnded_AreZero()
    {
        for (var i = 0; i < 1000; i++)
            _engine.Choose(i);
        Assert.Equal(1000, _engine.Nodes.Sum(n => n.Flows));
        TestEngine.Publish(_engine.Nodes[0], 0);
        for (var i = 0; i < 1000; i++)
            _engine.Choose(i);
        Assert.Equal(0, _engine.Nodes[0].Flows);
        Assert.Equal(1000, _engine.Nodes.Sum(n => n.Flows));

        for (var i = 0; i < 20; i++)
            Pass(TimeSpan.FromMinutes(1));

        Assert.All(_engine.Nodes, node => Assert.Equal(0, node.Flows));
        Assert.Equal(0, _engine.Tables.Flows.Count);
    }

    [Fact]
    public void NodeFlows_TableFull_CountWhatTheTableHolds()
    {
        using var engine = new TestEngine(capacity: 200);
        engine.SetNodes(4);
        for (var i = 0; i < 5000; i++)
            engine.Choose(i % 1000);

        Assert.Equal(engine.Tables.Flows.Count, engine.Nodes.Sum(n => n.Flows));
        Assert.InRange(engine.Tables.Flows.Count, 1, 200);
    }

    [Fact]
    public void NewFlow_TablesFullOfEstablishedFlows_IsInBothOrNeither()
    {
        using var engine = new TestEngine(capacity: 200);
        engine.SetNodes(4);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 200; i++)
                engine.Choose(i);
        }

        for (var i = 1000; i < 1100; i++)
        {
            engine.Choose(i);
            engine.Choose(i);
            using var flow = engine.Tables.Flows.Open(TestEngine.Flow(i));
            using var shadow = engine.Tables.Shadows.Open(TestEngine.Flow(i));
            Assert.True(flow.Exists);
            Assert.True(shadow.Exists);
        }
    }

    private void Pass(TimeSpan span)
    {
        _engine.Time.Advance(span);
        _engine.Tables.Advance();
        _engine.Tables.Advance();
    }

    private FlowEntry? Flow(int i)
    {
        using var flow = _engine.Tables.Flows.Open(TestEngine.Flow(i));
        return flow.Exists ? flow.Entry : null;
    }

    private ShadowEntry? Shadow(int i)
    {
        using var shadow = _engine.Tables.Shadows.Open(TestEngine.Flow(i));
        return shadow.Exists ? shadow.Entry : null;
    }
}
