using ShadowProxy.Nodes;
using ShadowProxy.Prediction;
using ShadowProxy.Signals.Sources;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// What the monitor knows of one node: its signals at this tick, their baselines, trends and limits. The monitor's thread alone uses it.
/// </summary>
internal sealed class NodeWatch
{
    /// <summary>Outcomes within 2.5 s that suffice; below, the last 30 s are taken.</summary>
    private const double EnoughOutcomes = 20;

    private const double FewestOutcomes = 3;
    private const double RecentTroubleSeconds = 10;
    private const double RecentSpanSeconds = 0.3;
    private const double LongerSpanSeconds = 3;
    private const double RateSeconds = 10;
    private const double UsualSeconds = 120;

    /// <summary>The least traffic that counts as normal, requests a second: less says nothing of what a node can carry.</summary>
    private const double LeastRate = 0.1;

    /// <summary>What has left its range is hardly believed normal.</summary>
    private const double Doubt = 0.1;

    /// <summary>Traffic over its normal from which on a node carries what others gave away.</summary>
    private const double MoreThanNormal = 1.1;
    /// <summary>A node that answered a request within this time serves, whatever its probes and sources say.</summary>
    private const double AnswerSeconds = 1;

    /// <summary>From this difference on, two sources measure different things.</summary>
    private const double InstrumentsDiffer = 0.05;

    /// <summary>Memory leaks slowly: a quicker baseline would take a leak for what is normal.</summary>
    private const double MemorySeconds = 1800;

    private readonly IFailurePredictor[] _predictors = [new TrendPredictor(), new TrendPredictor(), new TrendPredictor()];
    private readonly LoadSignal[] _loads = [LoadSignal.Unknown, LoadSignal.Unknown, LoadSignal.Unknown];
    private readonly LearnedLimit[] _limits = [new(), new(highest: 0.97), new()];
    private readonly Baseline[] _baselines = new Baseline[Signals.Count];
    private readonly Persistence[] _recentTrouble = [.. Enumerable.Repeat(new Persistence(RecentSpanSeconds), Signals.Count)];
    private readonly Persistence[] _longerTrouble = [.. Enumerable.Repeat(new Persistence(LongerSpanSeconds), Signals.Count)];
    private readonly Spread[] _spreads = new Spread[Signals.Count];
    private readonly bool[] _isNewLoad = new bool[Signals.Count];
    private SignalVector _values = SignalVector.Unknown;
    private Baseline _rateBaseline;
    private Pace _arrivals;
    private Pace _answers;
    private long _requestsSeen;
    private long _outcomesSeen;
    private long _ticks;
    private double _rate;
    private TickTime _now;
    private double _publishedAt = double.NegativeInfinity;

    public NodeWatch(Node node, double seconds)
    {
        Node = node;
        State = new NodeStateMachine(seconds);
        Room = new NodeRoom(node);
    }

    /// <summary>The node.</summary>
    public Node Node { get; }

    /// <summary>Its state.</summary>
    public NodeStateMachine State { get; }

    /// <summary>What it can take over from others.</summary>
    public NodeRoom Room { get; }

    /// <summary>Whether it carries clearly more than its normal traffic.</summary>
    public bool CarriesMore => TrafficExcess() >= MoreThanNormal;

    /// <summary>What comes of its evacuation on a forecast.</summary>
    public LeadWatch Lead { get; } = new();

    /// <summary>How unusual it looks.</summary>
    public AnomalyWatch Anomaly { get; } = new();

    /// <summary>Its traffic at this tick.</summary>
    public TrafficSample Traffic { get; private set; }

    /// <summary>Requests a second, over about 10 s.</summary>
    public double Rate => _rate;

    /// <summary>Outcomes since the tick before.</summary>
    public long NewOutcomes { get; private set; }

    /// <summary>How many outcomes this tick's traffic signals rest on.</summary>
    public double Outcomes { get; private set; }

    /// <summary>Mean time to response headers, milliseconds; NaN without traffic.</summary>
    public double LatencyMs { get; private set; } = double.NaN;

    /// <summary>What the node last said of how full it is, its own measure first; NaN = unknown, or said too long ago.</summary>
    public double ReportedUtilization { get; private set; } = double.NaN;

    /// <summary>The node's own mean time to answer, seconds; NaN = unknown.</summary>
    public double ReportedLatency { get; private set; } = double.NaN;

    /// <summary>Whether it has just answered a request, and not with an error of its own.</summary>
    public bool Answers { get; private set; }

    /// <summary>That a source keeps saying that the node is down; null where none does.</summary>
    public Evidence? SaidDown { get; private set; }

    /// <summary>That a source says that the node serves, but not well; null where none does.</summary>
    public Evidence? SaidDegraded { get; private set; }

    /// <summary>A measure of the node's own naming; NaN = unknown.</summary>
    public double Metric(string name) => Node.Sources.Metric(name, _now.Timestamp, _now.Frequency);

    /// <summary>A signal's value at this tick; NaN = unknown.</summary>
    public double Value(Signal signal) => _values[(int)signal];

    /// <summary>A signal's baseline.</summary>
    public ref readonly Baseline Baseline(Signal signal) => ref _baselines[(int)signal];

    /// <summary>How far a signal commonly strays from where its baseline and its peers say that it should be.</summary>
    public double Spread(Signal signal) => _spreads[(int)signal].Value(signal.PresumedSpread());

    /// <summary>The part by which more requests came, or were answered, lately than usual.</summary>
    public double Surplus => Math.Max(_arrivals.Surplus, _answers.Surplus);

    /// <summary>The limit that a load signal is judged by.</summary>
    public double Limit(Signal signal) => _limits[(int)signal].Value;

    /// <summary>
    /// Whether a harm signal's trouble goes on: seen in several spans of the time that the signal is taken over, and now; of a node that flows
    /// leave already, not even that: the fewer are left, the longer it takes until one meets it again.
    /// </summary>
    public bool Persists(Signal signal, int spans)
    {
        ref readonly var trouble = ref (IsTakenRecently(signal) ? _recentTrouble : _longerTrouble)[(int)signal];
        return trouble.Count >= spans && (trouble.IsPresent || State.State == NodeState.Evacuating);
    }

    /// <summary>How many flows met a harm signal's trouble in the time that the signal is taken over.</summary>
    public int TroubledFlows(Signal signal, double seconds)
    {
        var flows = signal switch
        {
            Signal.Errors => Node.Traffic.FailedFlows,
            Signal.Tail => Node.Traffic.VerySlowFlows,
            _ => Node.Traffic.SlowFlows,
        };
        return flows.CountSince(seconds, IsTakenRecently(signal) ? RecentTroubleSeconds : TrafficSums.LongerSeconds);
    }

    /// <summary>What a load signal is heading for.</summary>
    public (double Probability, double Seconds) Predict(Signal signal) =>
        double.IsNaN(Value(signal)) ? (0, double.NaN) : _predictors[(int)signal].Predict(Limit(signal));

    /// <summary>Takes in all that came since the last tick.</summary>
    public void Observe(in TickTime time)
    {
        _now = time;
        var before = Traffic.Troubles;
        Traffic = Node.Traffic.Sample(time.Timestamp, time.Frequency, time.Seconds);
        var total = Node.Traffic.Total;
        NewOutcomes = total - _outcomesSeen;
        _outcomesSeen = total;
        var requests = Node.Requests;
        _arrivals.Observe(requests - _requestsSeen, time.Elapsed);
        _answers.Observe(NewOutcomes, time.Elapsed);
        _requestsSeen = requests;
        // At first the plain mean: a rate that merely warms up would pass for traffic that grows.
        var part = Math.Max(1.0 / ++_ticks, 1 - Math.Exp(-time.Elapsed / RateSeconds));
        _rate += part * ((NewOutcomes / time.Elapsed) - _rate);
        ObserveTraffic();
        ObservePersistence(before, time.Seconds);
        Answers = time.Seconds - Traffic.AnsweredAt < AnswerSeconds;
        ObserveLoad(time);
        SaidDown = Node.Sources.SaidDown(time.Timestamp, time.Frequency);
        SaidDegraded = Node.Sources.SaidDegraded(time.Timestamp, time.Frequency);
        if (State.Share < 1)
        {
            foreach (ref var spread in _spreads.AsSpan())
                spread.Discard();
        }

        Room.Observe(LatencyMs, _rate, ReportedUtilization, time.Elapsed);
        Node.Traffic.Decay(Math.Exp(-time.Elapsed / TrafficSums.RecentSeconds), Math.Exp(-time.Elapsed / TrafficSums.LongerSeconds));
    }

    /// <summary>Lets the baselines take in this tick's values; not to be called while they are frozen.</summary>
    /// <param name="elapsed">Seconds since the last tick.</param>
    /// <param name="excesses">By signal, how far its value is above where it should be; NaN = unknown.</param>
    /// <param name="thresholds">By signal, from where on that is unusual.</param>
    public void Learn(double elapsed, in SignalVector excesses, in SignalVector thresholds)
    {
        for (var i = 0; i < Signals.Count; i++)
        {
            var signal = (Signal)i;
            if (double.IsNaN(_values[i]) || !IsFresh(signal))
                continue;
            var trust = _values[i] - _baselines[i].Mean > thresholds[i] / 2 ? Doubt : 1;
            _baselines[i].Add(_values[i], elapsed, trust, signal == Signal.Memory ? MemorySeconds : UsualSeconds);
            if (signal.IsHarm() && !double.IsNaN(excesses[i]))
                _spreads[i].Add(excesses[i], elapsed, thresholds[i]);
        }

        if (NewOutcomes > 0)
            Room.Learn(elapsed);
        // Not the smoothed rate: that one climbs for 10 s after a start, and would make full traffic look like twice the normal.
        _rateBaseline.Add(NewOutcomes / elapsed, elapsed, 1);
        _arrivals.Learn(elapsed);
        _answers.Learn(elapsed);
    }

    /// <summary>Lets the limits learn from how the node does at its present load.</summary>
    public void LearnLimits(bool harmed, double seconds)
    {
        for (var signal = Signal.Cpu; signal <= Signal.Application; signal++)
        {
            var value = Value(signal);
            if (double.IsNaN(value))
                continue;
            ref readonly var baseline = ref Baseline(signal);
            if (!harmed)
                _limits[(int)signal].Well(value, seconds, atOnce: !baseline.IsMature);
            else if (baseline.IsMature && value > baseline.Mean + 0.2)
                _limits[(int)signal].Harmed(value);
        }
    }

    /// <summary>Publishes the node's health, where it differs enough to matter or a second has passed.</summary>
    /// <param name="verdict">What speaks against it.</param>
    /// <param name="shareOfNew">The part of its new flows that it takes.</param>
    /// <param name="time">The tick.</param>
    public void Publish(in Verdict verdict, double shareOfNew, in TickTime time)
    {
        var score = verdict.Score.Value;
        var published = Node.Health;
        if (published.State == State.State && published.AdmittedShare == State.Share && published.AdmittedShareOfNew == shareOfNew && published.IsDead == State.IsDead
            && published.HasRoom == Room.IsOffered && published.Reason == State.Reason && Math.Abs(published.Score - score) < 0.01 && time.Seconds - _publishedAt < 1)
            return;
        _publishedAt = time.Seconds;
        Node.Health = new NodeHealth
        {
            State = State.State,
            Reason = State.Reason,
            Since = time.Now - TimeSpan.FromSeconds(time.Seconds - State.Since),
            Score = score,
            Components = verdict.Score.Components(),
            AdmittedShare = State.Share,
            AdmittedShareOfNew = shareOfNew,
            HasRoom = Room.IsOffered,
            IsDead = State.IsDead,
            Forecast = verdict.Forecast,
            Evidence = verdict.Evidence is { Count: > 0 } evidence ? evidence : State.Cause,
            Anomaly = Anomaly.Anomaly,
            Answers = Answers,
            LatencyMs = LatencyMs,
            TypicalLatency = double.IsNaN(Value(Signal.Latency)) ? 1 : Math.Exp(Value(Signal.Latency)),
            RequestRate = _rate,
            ErrorRate = double.IsNaN(Value(Signal.Errors)) ? 0 : Value(Signal.Errors),
        };
    }

    private bool IsFresh(Signal signal) => signal.IsHarm() ? NewOutcomes > 0 : _isNewLoad[(int)signal];

    private void ObserveTraffic()
    {
        var sums = IsTakenRecently(Signal.Latency) ? Traffic.Recent : Traffic.Longer;
        var waiting = Traffic.Waiting;
        var timed = sums.Timed + waiting.Count;
        Outcomes = sums.Count + waiting.Count;
        var known = timed >= FewestOutcomes;
        _values[(int)Signal.Latency] = known ? (sums.LogRatio + waiting.LogRatio) / timed : double.NaN;
        _values[(int)Signal.Tail] = known ? (sums.VerySlow + waiting.Count) / timed : double.NaN;
        LatencyMs = sums.Timed > 0.01 ? sums.LatencyMs / sums.Timed : double.NaN;
        var counted = IsTakenRecently(Signal.Errors) ? Traffic.Recent : Traffic.Longer;
        _values[(int)Signal.Errors] = counted.Count >= FewestOutcomes ? counted.Errors / counted.Count : double.NaN;
    }

    private void ObservePersistence(in TroubleCounts before, double seconds)
    {
        var troubles = Traffic.Troubles;
        var waiting = Traffic.Waiting.Count > 0;
        Note(Signal.Latency, waiting || troubles.Slow > before.Slow, seconds);
        Note(Signal.Tail, waiting || troubles.VerySlow > before.VerySlow, seconds);
        Note(Signal.Errors, troubles.Errors > before.Errors, seconds);
    }

    private void Note(Signal signal, bool trouble, double seconds)
    {
        _recentTrouble[(int)signal].Add(trouble, seconds);
        _longerTrouble[(int)signal].Add(trouble, seconds);
    }

    /// <summary>Whether there is enough recent traffic to take a signal from it alone.</summary>
    private bool IsTakenRecently(Signal signal) =>
        (signal == Signal.Errors ? Traffic.Recent.Count : Traffic.Recent.Timed + Traffic.Waiting.Count) >= EnoughOutcomes;

    private void ObserveLoad(in TickTime time)
    {
        var load = Node.Sources.Load(time.Timestamp, time.Frequency);
        ReportedUtilization = double.IsNaN(load.Application.Value) ? load.Cpu.Value : load.Application.Value;
        ReportedLatency = load.Latency.Value;
        var perTraffic = TrafficExcess();
        Observe(Signal.Cpu, load.Cpu, perTraffic, time.Seconds);
        Observe(Signal.Memory, load.Memory, 1, time.Seconds);
        Observe(Signal.Application, load.Application, perTraffic, time.Seconds);
    }

    private void Observe(Signal signal, in LoadSignal load, double perTraffic, double seconds)
    {
        var index = (int)signal;
        ref var last = ref _loads[index];
        _isNewLoad[index] = load.Givers != 0 && load != last;
        if (load.Givers == 0)
            _values[index] = double.NaN;
        if (!_isNewLoad[index])
            return;
        // Another instrument that shows something else is no change of the node: what is normal is learned anew.
        if (last.Givers != 0 && last.Givers != load.Givers && Math.Abs(load.Value - last.Value) > InstrumentsDiffer)
            (_baselines[index], _predictors[index]) = (default, new TrendPredictor());
        last = load;
        _values[index] = load.Value / perTraffic;
        _predictors[index].Observe(_values[index], seconds);
    }

    /// <summary>
    /// How many times its normal traffic the node carries, at least 1: a node that is busier because it took over others' flows is not
    /// sick. Less traffic than normal makes nothing look worse than it is.
    /// </summary>
    private double TrafficExcess() => _rateBaseline.IsMature ? Math.Max(1, _rate / Math.Max(LeastRate, _rateBaseline.Mean)) : 1;
}
