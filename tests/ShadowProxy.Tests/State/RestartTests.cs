using ShadowProxy.Migration;
using ShadowProxy.Nodes;
using ShadowProxy.Tables;
using ShadowProxy.Tests.Nodes;
using Yarp.ReverseProxy.Model;
using static ShadowProxy.Tests.State.StateRuns;

namespace ShadowProxy.Tests.State;

/// <summary>One run ends, and the next takes its flows in.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly StateRuns _runs = new();

    private TestEngine First => _runs.First;

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void Restart_FlowsThatMoved_AreWhereTheyWere()
    {
        Place(First);
        TestEngine.Publish(First.Nodes[0], 0);
        Place(First);
        TestEngine.Publish(First.Nodes[0], 1);
        var homes = Place(First);
        Assert.DoesNotContain("n0", homes);
        First.Time.Advance(TimeSpan.FromMinutes(3));
        _runs.Store(First).Save();

        var after = _runs.Restart(TimeSpan.FromMinutes(1));

        Assert.Equal(First.Nodes.Select(node => node.Flows), after.Nodes.Select(node => node.Flows));
        Assert.Equal(homes, Place(after));
        Assert.Equal(Flows, after.Tables.Flows.Count);
        Assert.Equal(Flows, after.Tables.Shadows.Count);
        Assert.Equal(0, after.Events.Migrated);
    }

    [Fact]
    public void Restart_AFlow_KeepsAllThatIsKnownOfIt()
    {
        First.Time.Advance(TimeSpan.FromHours(1));
        First.Choose(1);
        using (var flow = First.Tables.Flows.Open(TestEngine.Flow(1)))
        {
            ref var entry = ref flow.Entry;
            First.Tables.SetPrimary(ref entry, First.Nodes[2], flow.Now);
            entry.Action = FlowAction.Reject;
            entry.Set(FlowFlags.Pinned | FlowFlags.Away | FlowFlags.Muted, true);
            entry.Requests = 77;
            entry.Rate = 500;
            entry.LatencyMs = 12.5f;
            entry.MovedForIssue = flow.Now;
            using var shadow = First.Tables.Shadows.Open(TestEngine.Flow(1));
            shadow.Entry.Home = First.Nodes[3].Ref;
            shadow.Entry.LastPrimary = First.Nodes[1].Ref;
        }

        var known = Read(First);
        _runs.Store(First).Save();

        var after = _runs.Restart(TimeSpan.FromSeconds(30));

        var back = Read(after);
        Assert.Equal("n2", after.Registry.Resolve(back.Flow.Primary)?.Id);
        Assert.Equal(Names(First, known.Shadow), Names(after, back.Shadow));
        Assert.Equal(
            (FlowAction.Reject, FlowFlags.Pinned | FlowFlags.Away | FlowFlags.Muted, 77u, 12.5f),
            (back.Flow.Action, back.Flow.Flags, back.Flow.Requests, back.Flow.LatencyMs));
        Assert.Equal(300u, after.Tables.Clock.Now - back.LastSeen - (First.Tables.Clock.Now - known.LastSeen));
        Assert.Equal(known.Expires - known.LastSeen, back.Expires - back.LastSeen);
        Assert.Equal(0, back.Flow.Rate);
        Assert.Equal(known.Flow.MutedUntil - known.LastSeen, back.Flow.MutedUntil - back.LastSeen);
        Assert.Equal(known.LastSeen - known.Flow.PrimarySince, back.LastSeen - back.Flow.PrimarySince);
    }

    [Theory]
    [InlineData(9, 1, 1)]
    [InlineData(30, 0, 1)]
    [InlineData(75, 0, 0)]
    public void Restart_AfterAWhile_FlowsEndAndAreRememberedAsIfItHadNotStopped(int minutes, int flows, int shadows)
    {
        var node = First.Choose(1).Node!;
        _runs.Store(First).Save();

        var after = _runs.Restart(TimeSpan.FromMinutes(minutes));

        Assert.Equal(flows, after.Tables.Flows.Count);
        Assert.Equal(shadows, after.Tables.Shadows.Count);
        if (flows == 0 && shadows == 1)
            Assert.Equal(node.Id, after.Registry.Resolve(Read(after).Shadow.LastPrimary)?.Id);
    }

    [Fact]
    public void Restart_FlowsThatHadEnded_AreRemembered()
    {
        var homes = Place(First);
        First.Time.Advance(TimeSpan.FromMinutes(11));
        for (var i = 0; i < 3; i++)
            First.Tables.Advance();
        _runs.Store(First).Save();

        var after = _runs.Restart(TimeSpan.FromMinutes(1));

        Assert.Equal(0, after.Tables.Flows.Count);
        Assert.Equal(Flows, after.Tables.Shadows.Count);
        Assert.Equal(homes, Place(after));
    }

    [Fact]
    public void Restart_NodeIsGoneOrElsewhere_ItsFlowsGoToTheirShadows()
    {
        var homes = Place(First);
        _runs.Store(First).Save();
        var after = _runs.Next();
        after.Registry.Update(TestEngine.ClusterId,
        [
            Describe("n0", "http://elsewhere:80/"),
            Describe("n2", "http://n2:80/"),
            Describe("n3", "http://n3:80/"),
            Describe("n1b", "http://n1:80/"),
        ]);

        _runs.Store(after).TakeIn();

        for (var i = 0; i < Flows; i++)
        {
            var choice = after.Choose(i);
            if (homes[i] is "n2" or "n3")
                Assert.Equal((homes[i], MigrationReason.None), (choice.Node!.Id, choice.Reason));
            else
                Assert.Equal((true, MigrationReason.Drained), (choice.Node!.Id is "n2" or "n3", choice.Reason));
        }
    }

    [Fact]
    public void Restart_SmallerCapacity_HoldsWhatFits()
    {
        Place(First);
        _runs.Store(First).Save();
        var after = _runs.Next(capacity: 50);

        _runs.Store(after).TakeIn();

        Assert.InRange(after.Tables.Flows.Count, 1, 50);
        Assert.Equal(after.Tables.Flows.Count, after.Nodes.Sum(node => node.Flows));
    }

    [Fact]
    public void Restart_ClustersAreNotKnownYet_WaitsForThem()
    {
        Place(First);
        _runs.Store(First).Save();
        var after = _runs.Next();
        after.Registry.Remove(TestEngine.ClusterId);
        var store = _runs.Store(after);
        store.TakeIn();
        Assert.Equal(0, after.Tables.Flows.Count);

        after.SetNodes(4);
        store.TakeIn();

        Assert.Equal(Flows, after.Registry.FindCluster(TestEngine.ClusterId)!.Nodes.Sum(node => node.Flows));
    }

    private static FlowRecord Read(TestEngine engine)
    {
        var record = new FlowRecord { Signature = TestEngine.Flow(1) };
        using (var access = engine.Tables.Flows.Open(record.Signature))
        {
            if (access.Exists)
                (record.Flow, record.LastSeen, record.Expires) = (access.Entry, access.LastSeen, access.Expires);
        }

        using var shadow = engine.Tables.Shadows.Open(record.Signature);
        record.Shadow = shadow.Entry;
        return record;
    }

    private static string?[] Names(TestEngine engine, ShadowEntry shadow) =>
    [
        engine.Registry.Resolve(shadow.Home)?.Id,
        engine.Registry.Resolve(shadow.LastPrimary)?.Id,
        .. Enumerable.Range(0, ShadowList.Capacity).Select(rank => engine.Registry.Resolve(shadow.Shadows[rank])?.Id),
    ];

    private static NodeDescription Describe(string id, string address) =>
        new(id, address, new NodeSettings(1, null, default, 0), new DestinationState(id));
}
