using ShadowProxy.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Selection;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

public sealed class FlowRouterTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public FlowRouterTests() => _engine.SetNodes(4);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Choose_KnownFlow_Stays()
    {
        var first = Primaries(500);
        for (var i = 0; i < 20; i++)
        {
            Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(first, Primaries(500));
        }

        Assert.Equal(0, _engine.Events.Migrated);
    }

    [Fact]
    public void Choose_NodeEvacuated_ItsFlowsGoToAllOthersAndNoOtherMoves()
    {
        var before = Primaries(1000);
        TestEngine.Publish(_engine.Nodes[0], 0);

        var after = Primaries(1000);

        for (var i = 0; i < 1000; i++)
            Assert.True(before[i] == "n0" ? after[i] != "n0" : after[i] == before[i]);
        var targets = Enumerable.Range(0, 1000).Where(i => before[i] == "n0").CountBy(i => after[i]).ToArray();
        Assert.Equal(3, targets.Length);
        Assert.All(targets, target => Assert.InRange(target.Value, before.Count(id => id == "n0") / 6, before.Count(id => id == "n0") / 2));
        Assert.Equal(before.Count(id => id == "n0"), _engine.Events.Migrated);
        Assert.All(_engine.Events.Migrations, move => Assert.Equal(MigrationReason.Degraded, move.Reason));
    }

    [Fact]
    public void Choose_HalfAdmitted_TwoReplicasMoveTheSameHalf()
    {
        using var replica = new TestEngine();
        replica.SetNodes(4);
        var before = Primaries(4000);
        Assert.Equal(before, Primaries(4000, replica));
        TestEngine.Publish(_engine.Nodes[1], 0.5);
        TestEngine.Publish(replica.Nodes[1], 0.5);

        var after = Primaries(4000);

        var moved = Enumerable.Range(0, 4000).Count(i => before[i] != after[i]);
        Assert.Equal(0.5, moved / (double)before.Count(id => id == "n1"), 0.06);
        Assert.Equal(after, Primaries(4000, replica));
    }

    [Fact]
    public void Choose_IdleDuringTheEvacuation_DoesNotMove()
    {
        var before = Primaries(200);
        TestEngine.Publish(_engine.Nodes[0], 0);
        Pass(TimeSpan.FromMinutes(2));
        _engine.Nodes[0].Health = NodeHealth.Unknown;

        Assert.Equal(before, Primaries(200));
    }

    [Fact]
    public void Choose_ReturnsWithinRetention_FindsItsLastPrimary()
    {
        var home = _engine.Choose(1).Node!;
        TestEngine.Publish(home, 0);
        var away = _engine.Choose(1).Node!;
        home.Health = NodeHealth.Unknown;
        Pass(TimeSpan.FromMinutes(11));
        Assert.False(Exists(1));

        Assert.Same(away, _engine.Choose(1).Node);

        // And home, where the last primary does not take it any more.
        Pass(TimeSpan.FromMinutes(11));
        TestEngine.Publish(away, 0, reason: MigrationReason.Predicted);
        Assert.Equal(new FlowChoice(home, MigrationReason.Predicted), _engine.Choose(1));
    }

    [Fact]
    public void Choose_ReturnsAfterRetention_BeginsAfresh()
    {
        var home = _engine.Choose(1).Node!;
        TestEngine.Publish(home, 0);
        var away = _engine.Choose(1).Node!;
        home.Health = NodeHealth.Unknown;
        Pass(TimeSpan.FromMinutes(11));
        Pass(TimeSpan.FromMinutes(61));

        Assert.Same(home, _engine.Choose(1).Node);
        Assert.NotSame(home, away);
    }

    [Fact]
    public void Choose_ByConnection_IsForgottenSoonAfterItsEnd()
    {
        _engine.Choose(TestEngine.Flow(1), byConnection: true);
        Pass(TimeSpan.FromMinutes(11));
        Pass(TimeSpan.FromMinutes(1));

        using var shadow = _engine.Tables.Shadows.Open(TestEngine.Flow(1));
        Assert.False(shadow.Exists);
    }

    [Fact]
    public void Choose_NodeLeftTheConfiguration_MovesAsDrained()
    {
        var before = Primaries(400);
        _engine.SetNodes(3);

        for (var i = 0; i < 400; i++)
        {
            var choice = _engine.Choose(i);
            Assert.Equal(before[i] == "n3" ? MigrationReason.Drained : MigrationReason.None, choice.Reason);
            Assert.NotEqual("n3", choice.Node!.Id);
        }

        Assert.Equal(400, _engine.Nodes.Sum(n => n.Flows));
    }

    [Fact]
    public void Choose_Pinned_StaysWhateverHappens()
    {
        var node = _engine.Choose(1).Node!;
        Edit(1, (ref FlowEntry entry) => entry.Set(FlowFlags.Pinned, true));
        TestEngine.Publish(node, 0, NodeState.Evacuated, MigrationReason.Failed, isDead: true);

        Assert.Equal(new FlowChoice(node), _engine.Choose(1));
    }

    [Fact]
    public void Choose_Rejected_IsRefusedAlsoWhenItComesBack()
    {
        _engine.Choose(1);
        Edit(1, (ref FlowEntry entry) => entry.Action = FlowAction.Reject);
        Assert.Equal(new FlowChoice(null, Rejected: true), _engine.Choose(1));

        Pass(TimeSpan.FromMinutes(11));
        Assert.False(Exists(1));
        Assert.Equal(new FlowChoice(null, Rejected: true), _engine.Choose(1));
    }

    [Fact]
    public void Choose_EveryNodeDead_OneThatProbesFindAlive()
    {
        _engine.Choose(1);
        foreach (var node in _engine.Nodes)
        {
            TestEngine.Publish(node, 0, NodeState.Evacuated, MigrationReason.Failed, isDead: true);
            if (node.Id != "n2")
                node.Probes.Add(new(false, default, default, "dead", true));
        }

        Assert.Equal("n2", _engine.Choose(1).Node!.Id);
        Assert.Equal("n2", _engine.Choose(2).Node!.Id);
    }

    [Theory]
    [InlineData(MigrationReason.Predicted, true)]
    [InlineData(MigrationReason.Degraded, true)]
    [InlineData(MigrationReason.Operator, false)]
    [InlineData(MigrationReason.Failed, false)]
    public void Choose_NoOtherHasRoom_LeavesOnlyWhereItMust(MigrationReason reason, bool stays)
    {
        var before = Primaries(200);
        foreach (var node in _engine.Nodes[1..])
            node.Health = NodeHealth.Unknown with { HasRoom = false };
        TestEngine.Publish(_engine.Nodes[0], 0, NodeState.Evacuated, reason, isDead: reason == MigrationReason.Failed);

        var after = Primaries(200);

        Assert.Equal(stays ? before.Count(id => id == "n0") : 0, after.Count(id => id == "n0"));
    }

    [Fact]
    public void Choose_LittleRoom_OnlySoManyMoveUntilMoreIsOffered()
    {
        var before = Primaries(400).Count(id => id == "n0");
        foreach (var node in _engine.Nodes)
            node.Intake.Offer(node.Id == "n1" ? 1 : 0);
        TestEngine.Publish(_engine.Nodes[0], 0);

        // A flow that is seen for the second time is taken for 0.1 requests a second.
        Assert.Equal(before - 10, Primaries(400).Count(id => id == "n0"));
        _engine.Nodes[1].Intake.Offer(2);
        Assert.InRange(before - Primaries(400).Count(id => id == "n0"), 20, 30);
    }

    [Fact]
    public void Choose_EveryNodeEvacuatedSoftly_StaysWhereItIs()
    {
        var before = Primaries(100);
        foreach (var node in _engine.Nodes)
            TestEngine.Publish(node, 0, NodeState.Evacuated);

        Assert.Equal(before, Primaries(100));
    }

    [Fact]
    public void Choose_EmptyCluster_IsNoNode()
    {
        _engine.SetNodes(0);

        Assert.Null(_engine.Choose(1).Node);
    }

    [Fact]
    public void Choose_TableFull_ServesTheComputedPlaceAndCounts()
    {
        using var engine = new TestEngine(capacity: 50);
        var nodes = engine.SetNodes(4);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 50; i++)
                engine.Choose(i);
        }

        var refused = engine.Tables.Refused;
        var stranger = Enumerable.Range(1000, 1000).First(i =>
        {
            engine.Choose(i);
            return engine.Tables.Refused > refused;
        });
        var entry = engine.Tables.Flows.Open(TestEngine.Flow(stranger));
        var exists = entry.Exists;
        entry.Dispose();

        Assert.False(exists);
        Assert.Equal(refused + 1, engine.Tables.Refused);
        Assert.Equal(FirstPlacement.Find(TestEngine.Flow(stranger), nodes, 0, bounded: false), LastNodeOf(engine, stranger));
    }

    [Fact]
    public void ChooseNext_Tried_GivesEachOtherNodeOnceThenNone()
    {
        var tried = new List<Node> { _engine.Choose(1).Node! };
        while (_engine.Router.ChooseNext(TestEngine.Flow(1), _engine.Cluster, [.. tried]) is { } next)
            tried.Add(next);

        Assert.Equal(_engine.Nodes.OrderBy(n => n.Id), tried.OrderBy(n => n.Id));
    }

    [Theory]
    [InlineData(RetryRange.Host, "host")]
    [InlineData(RetryRange.Zone, "host zone")]
    [InlineData(RetryRange.Region, "host zone region")]
    [InlineData(RetryRange.Any, "host zone region elsewhere")]
    public void ChooseNext_WithinARange_GivesNoNodeBeyondNearestFirst(RetryRange within, string expected)
    {
        using var engine = new TestEngine();
        engine.SetNodes(("elsewhere", 1, 3), ("region", 1, 2), ("zone", 1, 1), ("host", 1, 0));
        var tried = new List<Node>();
        while (engine.Router.ChooseNext(TestEngine.Flow(1), engine.Cluster, [.. tried], within) is { } next)
            tried.Add(next);

        Assert.Equal(expected, string.Join(' ', tried.Select(node => node.Id)));
    }

    [Fact]
    public void HotFlow_IsSpreadThenCools()
    {
        _engine.Cluster.RequestRate = 400;
        var used = new HashSet<string>();
        FlowChoice last = default;
        for (var i = 0; i < 1500; i++)
        {
            if (i % 10 == 0)
                _engine.Time.Advance(TimeSpan.FromMilliseconds(100));
            last = _engine.Choose(1);
            if (last.Spread)
                used.Add(last.Node!.Id);
        }

        Assert.True(last.Spread);
        Assert.Equal(4, used.Count);
        Assert.Single(_engine.Events.Events, e => e.Name == "shadowproxy.flow.hot");

        Pass(TimeSpan.FromSeconds(30));
        Assert.False(_engine.Choose(1).Spread);
    }

    [Fact]
    public void HotFlow_WithinItsShareOfABusyCluster_StaysWhole()
    {
        _engine.Cluster.RequestRate = 4000;
        for (var i = 0; i < 1500; i++)
        {
            if (i % 10 == 0)
                _engine.Time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.False(_engine.Choose(1).Spread);
        }
    }

    private static Node LastNodeOf(TestEngine engine, int flow) => engine.Choose(flow).Node!;

    private string[] Primaries(int flows, TestEngine? engine = null) =>
        [.. Enumerable.Range(0, flows).Select(i => (engine ?? _engine).Choose(i).Node!.Id)];

    private void Pass(TimeSpan span)
    {
        _engine.Time.Advance(span);
        _engine.Tables.Advance();
        _engine.Tables.Advance();
    }

    private bool Exists(int i)
    {
        using var flow = _engine.Tables.Flows.Open(TestEngine.Flow(i));
        return flow.Exists;
    }

    private delegate void EntryEdit(ref FlowEntry entry);

    private void Edit(int i, EntryEdit edit)
    {
        using var flow = _engine.Tables.Flows.Open(TestEngine.Flow(i));
        var access = flow;
        edit(ref access.Entry);
    }
}
