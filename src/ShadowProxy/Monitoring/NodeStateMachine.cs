using ShadowProxy.Migration;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// A node's state and its admitted share, one step a tick. The share falls while evidence stands, holds when it goes, and rises only in
/// stages after a hold: never merely because the load fell. The monitor's thread alone uses it.
/// </summary>
internal sealed class NodeStateMachine(double seconds)
{
    private const double CleanSeconds = 5;
    private const double MostPerStep = 0.1;
    private const double StageSeconds = 10;
    private const double QuietStageSeconds = 30;
    private const long StageOutcomes = 10;

    private static readonly double[] Stages = [0.1, 0.3, 0.6];

    private readonly StandingEvidence _evidence = new();
    private bool _isHeldByOperator;
    private bool _isHeldByNode;
    private bool _isAnnounced;
    private HoldTime _hold = new();
    private double _holdUntil;
    private double _lastAgainst = double.NegativeInfinity;
    private double _stageSince;
    private long _stageOutcomes;
    private long _probesWhenDead;

    /// <summary>What the monitor makes of the node.</summary>
    public NodeState State { get; private set; } = NodeState.Healthy;

    /// <summary>Why it is not healthy.</summary>
    public MigrationReason Reason { get; private set; }

    /// <summary>The part of its flows that it takes.</summary>
    public double Share { get; private set; } = 1;

    /// <summary>True where it does not answer at all.</summary>
    public bool IsDead { get; private set; }

    /// <summary>The facts that brought it here; empty while it is healthy.</summary>
    public IReadOnlyList<Evidence> Cause { get; private set; } = [];

    /// <summary>Since when it is in this state, in the monitor's seconds.</summary>
    public double Since { get; private set; } = seconds;

    /// <summary>When the share last fell, in the monitor's seconds.</summary>
    public double LastFall { get; private set; } = double.NegativeInfinity;

    /// <summary>True while an operator, or the node's own announcement, keeps it away.</summary>
    public bool IsHeldAway => _isHeldByOperator || _isHeldByNode;

    /// <summary>Seconds since it took its last flow; null while it takes some, where it went on a forecast alone, or
    /// where others cannot do without it or have no room for its flows: that ends no request.</summary>
    public double? SecondsAway(double seconds, CapacityGuard guard) =>
        State == NodeState.Evacuated && Reason != MigrationReason.Predicted && !guard.IsShort && !LacksRoom ? seconds - Since : null;

    /// <summary>Whether its flows should leave, and no other node can bear them: they stay.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>Whether its going away rests on soft evidence, of which a cluster can bear only so much.</summary>
    public bool IsSoftlyAway =>
        Reason.IsSoft() && State is NodeState.Evacuating or NodeState.Evacuated or NodeState.Probation;

    /// <summary>Takes one step.</summary>
    /// <param name="time">The tick.</param>
    /// <param name="verdict">What speaks against the node.</param>
    /// <param name="node">The node.</param>
    /// <param name="guard">What the cluster can bear.</param>
    /// <returns>What changed; null where nothing did.</returns>
    public StateChange? Step(in TickTime time, in Verdict verdict, Node node, CapacityGuard guard)
    {
        LacksRoom = IsSoftlyAway && State != NodeState.Probation && node.Flows > 0 && !guard.HasRoom(node);
        if (TakeWish(time, node) is { } wished)
            return wished;
        if (TakeAnnouncement(time, verdict, node) is { } announced)
            return announced;
        if (IsHeldAway)
            return StepHeldAway(time, verdict);
        if (verdict.Dead is not null && !IsDead)
            return Die(time, verdict, node);

        var against = _evidence.Count(verdict, time.IsStalled);
        if (verdict.IsAgainst)
            _lastAgainst = time.Seconds;
        return State switch
        {
            NodeState.Evacuating => StepEvacuating(time, verdict, against, node, guard),
            NodeState.Evacuated => StepEvacuated(time, verdict, node, guard),
            NodeState.Probation => StepProbation(time, verdict, against, node),
            _ => StepServing(time, verdict, against, node, guard),
        };
    }

    private StateChange? TakeWish(in TickTime time, Node node)
    {
        switch (node.TakeWish())
        {
            case OperatorWish.Evacuate when !_isHeldByOperator:
                _isHeldByOperator = true;
                return Enter(NodeState.Evacuating, MigrationReason.Operator, time, [], "an operator asked for it");
            case OperatorWish.Restore:
                _isHeldByOperator = _isHeldByNode = false;
                node.Traffic.Clear();
                _hold.Forget();
                return Recover(time, "an operator asked for it");
            default:
                return null;
        }
    }

    /// <summary>A node that announces that it leaves is held away until it says otherwise. That counts once: an operator can overrule it.</summary>
    private StateChange? TakeAnnouncement(in TickTime time, in Verdict verdict, Node node)
    {
        var leaving = node.Sources.Leaving(time.Timestamp, time.Frequency);
        if (leaving is not null == _isAnnounced)
            return null;
        var wasHeld = IsHeldAway;
        _isHeldByNode = _isAnnounced = leaving is not null;
        if (leaving is not null)
            return wasHeld ? null : Enter(NodeState.Evacuating, MigrationReason.Drained, time, [leaving], leaving.Text);
        if (!wasHeld || IsHeldAway)
            return null;
        if (verdict.Dead is not null)
            return Die(time, verdict, node);
        node.Traffic.Clear();
        return Try(time, node, "it no longer announces that it leaves");
    }

    private StateChange? StepHeldAway(in TickTime time, in Verdict verdict)
    {
        IsDead = verdict.Dead is not null;
        if (State != NodeState.Evacuating)
            return null;
        Fall(time, Ramp.Of(Reason, double.NaN));
        if (IsDead)
            Share = 0;
        return Share > 0 ? null : Enter(NodeState.Evacuated, Reason, time, [], "all its flows may leave");
    }

    private StateChange Die(in TickTime time, in Verdict verdict, Node node)
    {
        _hold.Leave(State, time.Seconds);
        IsDead = true;
        Share = 0;
        LastFall = time.Seconds;
        _probesWhenDead = node.Probes.Count;
        node.History.Add(1, time.Seconds);
        _holdUntil = time.Seconds + _hold.Seconds;
        return Enter(NodeState.Evacuated, MigrationReason.Failed, time, verdict.Evidence, verdict.Dead!.Text);
    }

    private StateChange? StepServing(in TickTime time, in Verdict verdict, MigrationReason against, Node node, CapacityGuard guard)
    {
        if (against != MigrationReason.None)
        {
            if (!guard.MayLeave(node))
                return Suspect(time, verdict) with { IsPanic = true };
            _hold.Leave(State, time.Seconds);
            node.History.Add(1, time.Seconds);
            var fact = verdict.Harm ?? verdict.Risk!;
            return Enter(NodeState.Evacuating, against, time, verdict.Evidence, fact.Text);
        }

        if (State == NodeState.Healthy)
        {
            if (!_evidence.IsUnusual)
                return null;
            node.History.Add(0.1, time.Seconds);
            return Suspect(time, verdict);
        }

        if (verdict.Anomaly is not null)
            _lastAgainst = time.Seconds;
        return time.Seconds - _lastAgainst >= CleanSeconds ? Recover(time, "nothing unusual any more") : null;
    }

    private StateChange? StepEvacuating(in TickTime time, in Verdict verdict, MigrationReason against, Node node, CapacityGuard guard)
    {
        if (against == MigrationReason.Degraded)
            Reason = MigrationReason.Degraded;
        if (against != MigrationReason.None && !LacksRoom)
            Fall(time, Ramp.Of(Reason, verdict.Forecast.SecondsToSymptom));
        if (Share <= 0)
        {
            _holdUntil = time.Seconds + _hold.Seconds;
            return Enter(NodeState.Evacuated, Reason, time, verdict.Evidence, "all its flows may leave");
        }

        return time.Seconds - _lastAgainst >= _hold.Seconds ? Try(time, node, "nothing has spoken against it for the hold") : PanicForRoom();
    }

    private StateChange? StepEvacuated(in TickTime time, in Verdict verdict, Node node, CapacityGuard guard)
    {
        var probed = node.Probes.Count > _probesWhenDead;
        var answersProbes = probed && node.Probes.DeadInRow == 0;
        var recalled = guard.IsShort && IsDead && answersProbes;
        var free = time.Seconds >= _holdUntil && !verdict.IsAgainst && (!IsDead || !probed || answersProbes);
        if (!recalled && !free)
            return PanicForRoom();
        IsDead = false;
        node.Traffic.Clear();
        if (!recalled)
            return Try(time, node, "the hold is over");
        Share = Stages[^1];
        return Try(time, node, "it answers its probes again, and the cluster is short of nodes");
    }

    private StateChange? StepProbation(in TickTime time, in Verdict verdict, MigrationReason against, Node node)
    {
        if (against != MigrationReason.None)
        {
            _hold.Leave(State, time.Seconds);
            node.History.Add(1, time.Seconds);
            return Enter(NodeState.Evacuating, against, time, verdict.Evidence, "relapsed: " + (verdict.Harm ?? verdict.Risk!).Text);
        }

        if (verdict.IsAgainst)
            return null;
        var passed = time.Seconds - _stageSince;
        var outcomes = node.Traffic.Total - _stageOutcomes;
        if (passed < StageSeconds || (outcomes < StageOutcomes && passed < QuietStageSeconds))
            return null;
        if (NextStage(time, node))
            return null;
        _hold.Recover(time.Seconds);
        return Recover(time, "passed its probation");
    }

    private void Fall(in TickTime time, double ramp)
    {
        Share = Math.Max(0, Share - Math.Min(MostPerStep, time.Elapsed / ramp));
        if (Share < 1e-9)
            Share = 0;
        LastFall = time.Seconds;
    }

    private StateChange? PanicForRoom() =>
        LacksRoom ? new StateChange(State, State, Reason, Cause, "no other node has room for its flows") { IsPanic = true } : null;

    private StateChange Suspect(in TickTime time, in Verdict verdict)
    {
        _lastAgainst = time.Seconds;
        var text = (verdict.Harm ?? verdict.Risk ?? verdict.Anomaly)?.Text ?? "";
        return Enter(NodeState.Suspect, MigrationReason.None, time, verdict.Evidence, text);
    }

    private StateChange Try(in TickTime time, Node node, string text)
    {
        var change = Enter(NodeState.Probation, Reason, time, [], text);
        Share = Math.Max(Share, Stages[0]);
        _stageSince = time.Seconds;
        _stageOutcomes = node.Traffic.Total;
        return change;
    }

    private bool NextStage(in TickTime time, Node node)
    {
        foreach (var stage in Stages)
        {
            if (stage <= Share)
                continue;
            Share = stage;
            _stageSince = time.Seconds;
            _stageOutcomes = node.Traffic.Total;
            return true;
        }

        return false;
    }

    private StateChange Recover(in TickTime time, string text)
    {
        IsDead = false;
        Share = 1;
        return Enter(NodeState.Healthy, MigrationReason.None, time, [], text);
    }

    private StateChange Enter(NodeState to, MigrationReason reason, in TickTime time, IReadOnlyList<Evidence> evidence, string text)
    {
        var change = new StateChange(State, to, reason == MigrationReason.None ? Reason : reason, evidence, text);
        State = to;
        Reason = reason;
        Cause = evidence.Count > 0 || to == NodeState.Healthy ? evidence : Cause;
        Since = time.Seconds;
        return change;
    }
}
