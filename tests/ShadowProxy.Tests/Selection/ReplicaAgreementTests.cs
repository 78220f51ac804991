using CsCheck;
using ShadowProxy.Migration;
using ShadowProxy.Selection;
using ShadowProxy.Signatures;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

/// <summary>Two replicas without shared state; what the client was last told is all that goes from one to the other.</summary>
public sealed class ReplicaAgreementTests : IDisposable
{
    private static readonly Signature Flow = TestEngine.Flow(1);

    private readonly TestEngine _one = new();
    private readonly TestEngine _other = new();
    private FlowLocation? _told;

    public ReplicaAgreementTests()
    {
        _one.SetNodes(4);
        _other.SetNodes(4);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Choose_ReplicaThatNeverSawTheFlow_PlacesItWhereItIs()
    {
        var home = Visit(_one);
        var away = Move(_one);

        Assert.Equal(away, Visit(_one));
        Assert.NotEqual(home, away);
        Assert.Equal(away, Visit(_other));
        Assert.Empty(_other.Events.Migrations);
        Assert.Equal(1, _other.Nodes.Single(node => node.Id == away).Flows);
    }

    [Fact]
    public void Choose_ReplicaThatKnowsTheFlowElsewhere_Follows()
    {
        Assert.Equal(Visit(_one), Visit(_other));
        var away = Move(_one);
        Visit(_one);

        Assert.Equal(away, Visit(_other));
        Assert.Empty(_other.Events.Migrations);
        Assert.Equal(1, _other.Nodes.Sum(node => node.Flows));
        Assert.Equal(away, Visit(_one));
    }

    [Fact]
    public void Choose_OldWord_DoesNotPullTheFlowBack()
    {
        Visit(_one);
        var old = _told;
        var away = Move(_one);
        Visit(_one);

        _told = old;
        Assert.Equal(away, Visit(_one));
    }

    [Fact]
    public void Choose_MovedToAndFro_FollowsEachTime()
    {
        Visit(_one);
        Visit(_other);
        for (var i = 0; i < 600; i++)
        {
            var (mover, follower) = i % 2 == 0 ? (_one, _other) : (_other, _one);
            _one.Time.Advance(TimeSpan.FromSeconds(1));
            _other.Time.Advance(TimeSpan.FromSeconds(1));
            var away = Move(mover);
            Assert.Equal(away, Visit(mover));
            Assert.Equal(away, Visit(follower));
        }
    }

    [Fact]
    public void Choose_BothMovedAtOnce_TheyAgree()
    {
        Visit(_one);
        Visit(_other);
        Move(_one, "n2");
        Move(_other, "n3");
        string[] visits = [.. Enumerable.Range(0, 6).Select(i => Visit(i % 2 == 0 ? _one : _other))];

        Assert.Single(visits.Skip(2).Distinct());
    }

    [Fact]
    public void Choose_NodeThatThisReplicaEvacuates_IsNotFollowed()
    {
        Visit(_one);
        Visit(_other);
        var away = Move(_one);
        Visit(_one);
        TestEngine.Publish(_other.Nodes.Single(node => node.Id == away), 0);

        var there = Visit(_other);

        Assert.NotEqual(away, there);
        // The first replica hears of it, and follows in its turn.
        Assert.Equal(there, Visit(_one));
    }

    [Fact]
    public void Choose_NodeThatThisReplicaDoesNotHave_FlowIsPlacedByIt()
    {
        Visit(_one);
        Move(_one, "n3");
        Visit(_one);
        _other.SetNodes(3);

        Assert.NotEqual("n3", Visit(_other));
    }

    [Fact]
    public void Choose_Pinned_IsNotFollowed()
    {
        Visit(_one);
        var pinned = Visit(_other);
        Pin(_other);
        Move(_one);
        Visit(_one);

        Assert.Equal(pinned, Visit(_other));
    }

    [Fact]
    public void Choose_FlowEndedOnBoth_ComesBackToWhereItWasTold()
    {
        Visit(_one);
        var away = Move(_one);
        Visit(_one);
        foreach (var engine in new[] { _one, _other })
        {
            engine.Time.Advance(TimeSpan.FromHours(3));
            engine.Tables.Advance();
            engine.Tables.Advance();
        }

        Assert.Equal(away, Visit(_other));
        Assert.Equal(away, Visit(_one));
    }

    [Fact]
    public void Choose_TableFull_StillGoesWhereItWasTold()
    {
        Visit(_one);
        var away = Move(_one);
        Visit(_one);
        using var full = new TestEngine(capacity: 50);
        full.SetNodes(4);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 1000; i < 1050; i++)
                full.Choose(i);
        }

        Assert.Equal(away, Visit(full));
    }

    [Fact]
    public void Choose_NoAffinity_TellsNothing()
    {
        var affinity = new FlowAffinity(Flow, null);

        _one.Choose(1);

        Assert.Null(affinity.Now);
    }

    [Fact]
    public void Supersedes_TwoLocations_ExactlyOneDoes() => Gen.Select(Gen.ULong, Gen.ULong, Gen.Byte, Gen.Int[0, 127]).Sample((node, otherNode, moves, more) =>
    {
        var one = new FlowLocation(node, moves);
        var later = new FlowLocation(otherNode, (byte)(moves + more));
        return more > 0
            ? later.Supersedes(one) && !one.Supersedes(later)
            : one == later ? !one.Supersedes(later) : one.Supersedes(later) != later.Supersedes(one);
    });

    /// <summary>A request at a replica, with the word that the client has, which goes on with the answer.</summary>
    private string Visit(TestEngine engine)
    {
        var affinity = new FlowAffinity(Flow, _told);
        var choice = engine.Router.Choose(Flow, engine.Cluster, engine.Route, byConnection: false, affinity);
        Assert.Equal(choice.Node!.Hash, affinity.Now!.Value.Node);
        _told = affinity.Now;
        return choice.Node.Id;
    }

    /// <summary>Moves the flow on one replica, to another node or the one given.</summary>
    private static string Move(TestEngine engine, string? to = null)
    {
        using var flow = engine.Tables.Flows.Open(Flow);
        var access = flow;
        var primary = engine.Registry.Resolve(access.Entry.Primary)!;
        var target = engine.Nodes.First(node => to is null ? node != primary : node.Id == to);
        engine.Redirection.Move(Flow, ref access.Entry, engine.Cluster, target, MigrationReason.Operator, access.Now);
        return target.Id;
    }

    private static void Pin(TestEngine engine)
    {
        using var flow = engine.Tables.Flows.Open(Flow);
        var access = flow;
        access.Entry.Set(FlowFlags.Pinned, true);
    }
}
