using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Signals;
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

    [Theory]
    [InlineData(17, true)]
    [InlineData(18, false)]
    public void HasRoom_LimitsGiven_CountsRequestsInFlight(int inFlight, bool expected)
    {
        Watch(3);
        foreach (var watch in _watches)
            watch.Node.Settings = watch.Node.Settings with { MaxConcurrentRequests = 10 };
        for (var i = 0; i < inFlight; i++)
            _watches[1].Node.BeginRequest();

        Assert.Equal(expected, _guard.HasRoom(_watches[0].Node));
    }

    [Theory]
    [InlineData(0.7, 0.8, true)]
    [InlineData(0.95, 0.9, false)]
    public void HasRoom_NoLimits_AsksTheReports(double first, double second, bool expected)
    {
        Watch(3);
        _watches[1].Node.Accept(new LoadReport { CpuUtilization = first }, 1);
        _watches[2].Node.Accept(new LoadReport { CpuUtilization = 0.1, ApplicationUtilization = second }, 1);
        foreach (var watch in _watches)
            watch.Observe(new TickTime(0.1, 0.1, 1, 1, default));

        Assert.Equal(expected, _guard.HasRoom(_watches[0].Node));
    }

    [Theory]
    [InlineData(0.6, true)]
    [InlineData(0.3, false)]
    public void HasRoom_NeitherKnown_StopsWhenTheReceiversFareBadly(double score, bool expected)
    {
        Watch(3);
        foreach (var watch in _watches)
            TestEngine.Publish(watch.Node, 1, NodeState.Healthy, score: score);

        Assert.Equal(expected, _guard.HasRoom(_watches[0].Node));
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

    private void Evacuate(NodeWatch watch)
    {
        for (var tick = 1; watch.State.State != NodeState.Evacuated; tick++)
            watch.State.Step(new TickTime(tick / 10.0, 0.1, 0, 1, default), new Verdict { Harm = SomeEvidence }, watch.Node, _guard);
    }
}
