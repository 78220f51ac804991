using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Migration;

public sealed class CapacityGuardTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly CapacityGuard _guard = new();
    private List<NodeWatch> _watches = [];

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(9, 3)]
    public void MayLeave_OneAfterTheOther_AThirdAtMost(int nodes, int expected)
    {
        Watch(nodes);
        var left = 0;
        foreach (var watch in _watches)
        {
            if (!_guard.MayLeave(watch.Node))
                break;
            Evacuate(watch);
            left++;
        }

        Assert.Equal(expected, left);
    }

    [Fact]
    public void MayLeave_HalfTheClusterIsDead_NobodyMore()
    {
        Watch(4);
        foreach (var watch in _watches[..3])
            watch.State.Step(new TickTime(0.1, 0.1, 0, 1, default), new Verdict { Dead = SomeEvidence }, watch.Node, _guard);

        Assert.False(_guard.MayLeave(_watches[3].Node));
    }

    [Fact]
    public void MayLeave_CarriesWhatAnotherGaveAway_IsKept()
    {
        Watch(6);
        for (var tick = 1; tick <= 200; tick++)
        {
            Ask(_watches[1], 10);
            Tick(tick);
        }

        Evacuate(_watches[0]);
        Assert.True(_guard.MayLeave(_watches[1].Node));
        for (var tick = 201; tick <= 230; tick++)
        {
            Ask(_watches[1], 20);
            Tick(tick, learn: false);
        }

        Assert.False(_guard.MayLeave(_watches[1].Node));
        Assert.True(_guard.MayLeave(_watches[2].Node));
    }

    [Fact]
    public void HasRoom_OneOfTheOthersHasSome_IsTrue()
    {
        Watch(3);
        Fill(_watches[1]);
        Tick(1);
        Assert.True(_guard.HasRoom(_watches[0].Node));

        Fill(_watches[2]);
        for (var tick = 2; tick < 60; tick++)
            Tick(tick);
        Assert.False(_guard.HasRoom(_watches[0].Node));
    }

    [Fact]
    public void HasRoom_NobodyElse_IsFalse()
    {
        Watch(1);

        Assert.False(_guard.HasRoom(_watches[0].Node));
    }

    private static Evidence SomeEvidence { get; } = new("x", 1, 1, 0, 0, "x");

    private void Watch(int nodes)
    {
        _watches = [.. _engine.SetNodes(nodes).Select(node => new NodeWatch(node, 0))];
        _guard.Look(_watches);
    }

    private void Tick(int number, bool learn = true)
    {
        foreach (var watch in _watches)
        {
            watch.Observe(new TickTime(number / 10.0, 0.1, number, 10, default));
            if (learn)
                watch.Learn(0.1, SignalVector.Unknown, SignalVector.Unknown);
        }

        _guard.Look(_watches);
        _guard.Offer();
    }

    private static void Ask(NodeWatch watch, int requests)
    {
        for (var i = 0; i < requests; i++)
            watch.Node.Traffic.Record((ulong)i, Outcome.Answered, 10, 10, 0);
    }

    /// <summary>As many requests as the node serves at once.</summary>
    private static void Fill(NodeWatch watch)
    {
        watch.Node.Settings = watch.Node.Settings with { MaxConcurrentRequests = 10 };
        for (var i = 0; i < 10; i++)
            watch.Node.BeginRequest();
    }

    private void Evacuate(NodeWatch watch)
    {
        for (var tick = 1; watch.State.State != NodeState.Evacuated; tick++)
            watch.State.Step(new TickTime(tick / 10.0, 0.1, 0, 1, default), new Verdict { Harm = SomeEvidence }, watch.Node, _guard);
    }
}
