using CsCheck;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Prediction;
using ShadowProxy.Telemetry;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Monitoring;

public sealed class NodeStateMachineTests
{
    private enum Fact
    {
        Nothing,
        Anomaly,
        Harm,
        Risk,
        Dead,
    }

    private static readonly Evidence SomeEvidence = new("x", 1, 1, 0, 0, "x");

    private static readonly HashSet<(NodeState, NodeState)> Edges =
    [
        (NodeState.Healthy, NodeState.Suspect),
        (NodeState.Healthy, NodeState.Evacuating),
        (NodeState.Suspect, NodeState.Healthy),
        (NodeState.Suspect, NodeState.Evacuating),
        (NodeState.Evacuating, NodeState.Evacuated),
        (NodeState.Evacuating, NodeState.Probation),
        (NodeState.Evacuated, NodeState.Probation),
        (NodeState.Probation, NodeState.Healthy),
        (NodeState.Probation, NodeState.Evacuating),
    ];

    private static readonly Gen<(Fact Fact, int Ticks)[]> Courses =
        Gen.Select(Gen.Enum<Fact>(), Gen.OneOf(Gen.Int[1, 12], Gen.Int[1, 700])).Array[1, 40];

    [Fact]
    public void Step_AnyVerdicts_ShareObeysTheEvidenceAndStatesTheirEdges() => Courses.Sample(course =>
    {
        using var engine = new TestEngine();
        var watches = engine.SetNodes(4).Select(node => new NodeWatch(node, 0)).ToList();
        var guard = new CapacityGuard();
        guard.Look(watches);
        var machine = watches[0].State;
        var seconds = 0.0;
        foreach (var (fact, ticks) in course)
        {
            for (var i = 0; i < ticks; i++)
            {
                seconds += 0.1;
                var (state, share) = (machine.State, machine.Share);
                var change = machine.Step(new TickTime(seconds, 0.1, 0, 1, default), Judge(fact), watches[0].Node, guard);

                Assert.InRange(machine.Share, 0, 1);
                if (fact >= Fact.Harm)
                    Assert.True(machine.Share <= share, $"rose to {machine.Share} against {fact}");
                if (machine.Share > share)
                    Assert.True(machine.State is NodeState.Probation or NodeState.Healthy);
                if (machine.State != state)
                {
                    Assert.Equal((state, machine.State), (change!.From, change.To));
                    Assert.True(Edges.Contains((state, machine.State)) || (machine.State == NodeState.Evacuated && fact == Fact.Dead));
                }

                Assert.True(machine.State is NodeState.Healthy or NodeState.Suspect ? machine.Share == 1 : machine.Share < 1 || machine.LastFall < seconds);
                Assert.True(!machine.IsDead || machine.Share == 0);
            }
        }
    }, iter: 200);

    [Fact]
    public void Step_TwoTicksOfHarm_MoveNobody()
    {
        using var engine = new TestEngine();
        var watches = engine.SetNodes(4).Select(node => new NodeWatch(node, 0)).ToList();
        var guard = new CapacityGuard();
        guard.Look(watches);
        for (var tick = 1; tick <= 300; tick++)
        {
            var fact = tick % 3 == 0 ? Fact.Nothing : Fact.Harm;
            watches[0].State.Step(new TickTime(tick / 10.0, 0.1, 0, 1, default), Judge(fact), watches[0].Node, guard);
        }

        Assert.Equal(1, watches[0].State.Share);
    }

    [Fact]
    public void Step_OthersFillUpWhileFlowsAreLeft_PanicsAndEndsNoRequest()
    {
        using var engine = new TestEngine();
        var watches = engine.SetNodes(2).Select(node => new NodeWatch(node, 0)).ToList();
        watches[0].Node.AddFlow(1);
        var guard = new CapacityGuard();
        guard.Look(watches);
        var machine = watches[0].State;
        var seconds = 0.0;
        StateChange? Step() => machine.Step(new TickTime(seconds += 0.1, 0.1, 0, 1, default), Judge(Fact.Harm), watches[0].Node, guard);
        while (machine.State != NodeState.Evacuated)
            Step();
        Assert.Null(Step());
        Assert.NotNull(machine.SecondsAway(seconds, guard));

        watches[1].Node.Settings = watches[1].Node.Settings with { MaxConcurrentRequests = 1 };
        watches[1].Node.BeginRequest();
        watches[1].Observe(new TickTime(seconds, 0.1, 1, 1, default));
        guard.Offer();

        Assert.True(Step()!.IsPanic);
        Assert.Equal(NodeState.Evacuated, machine.State);
        Assert.Null(machine.SecondsAway(seconds, guard));
        watches[0].Node.AddFlow(-1);
        Assert.Null(Step());
    }

    private static Verdict Judge(Fact fact) => new()
    {
        Anomaly = fact == Fact.Anomaly ? SomeEvidence : null,
        Harm = fact == Fact.Harm ? SomeEvidence : null,
        Risk = fact == Fact.Risk ? SomeEvidence : null,
        Dead = fact == Fact.Dead ? SomeEvidence : null,
        Forecast = fact == Fact.Risk ? new Forecast("cpu", 0.95, 8, 0.7, 0.9) : Forecast.None,
    };
}
