using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Monitoring;

public sealed class LeadWatchTests
{
    private static readonly Evidence Fact = new("x", 1, 1, 0, 0, "x");
    private static readonly Verdict Harm = new() { Harm = Fact };
    private static readonly Verdict Dead = new() { Dead = Fact };

    private readonly LeadWatch _watch = new();

    [Fact]
    public void Step_HarmAfterAForecast_IsTheLeadOnce()
    {
        Assert.Null(Begin(10, MigrationReason.Predicted));
        Assert.Null(Step(12, NodeState.Evacuating));

        Assert.Equal(new Lead(5, SymptomCame: true), Step(15, NodeState.Evacuated, Harm));
        Assert.Null(Step(16, NodeState.Evacuated, Harm));
    }

    [Fact]
    public void Step_DeathAfterAForecast_IsTheLead()
    {
        Begin(10, MigrationReason.Predicted);

        Assert.Equal(new Lead(90, SymptomCame: true), Step(100, NodeState.Evacuated, Dead));
    }

    [Fact]
    public void Step_RecoveryAfterAForecast_HadNoSymptom()
    {
        Begin(10, MigrationReason.Predicted);
        Assert.Null(Step(50, NodeState.Probation));

        Assert.Equal(new Lead(70, SymptomCame: false), Step(80, NodeState.Healthy));
    }

    [Fact]
    public void Step_RelapseOnAForecast_CountsFromTheFirst()
    {
        Begin(10, MigrationReason.Predicted);
        Begin(60, MigrationReason.Predicted);

        Assert.Equal(new Lead(60, SymptomCame: true), Step(70, NodeState.Evacuating, Harm));
    }

    [Fact]
    public void Step_HarmWhileTheProxyStalls_IsNoSymptom()
    {
        Begin(10, MigrationReason.Predicted);

        Assert.Null(_watch.Step(null, NodeState.Evacuating, Harm, Tick(11) with { IsStalled = true }));
    }

    [Theory]
    [InlineData(MigrationReason.Degraded)]
    [InlineData(MigrationReason.Failed)]
    [InlineData(MigrationReason.Operator)]
    public void Step_NoForecast_NoLead(MigrationReason reason)
    {
        Begin(10, reason);

        Assert.Null(Step(11, NodeState.Evacuating, Harm));
        Assert.Null(Step(80, NodeState.Healthy));
    }

    private static TickTime Tick(double seconds) => new(seconds, 0.1, 0, 1, default);

    private Lead? Begin(double seconds, MigrationReason reason) => _watch.Step(
        new StateChange(NodeState.Healthy, NodeState.Evacuating, reason, [], ""), NodeState.Evacuating, default, Tick(seconds));

    private Lead? Step(double seconds, NodeState state, Verdict verdict = default) => _watch.Step(null, state, verdict, Tick(seconds));
}
