using System.Globalization;
using ShadowProxy.Configuration;
using ShadowProxy.Prediction;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Weighs a cluster's nodes against their own baselines and their peers, once a tick. The monitor's thread alone uses it.
/// </summary>
/// <remarks>
/// What all nodes share speaks against none. Traffic speaks against a node only where three flows met the trouble: one client topples
/// nothing; and only where it goes on: one stall topples nothing either. Load alone makes a node suspect at most; a trend towards its limit
/// is a forecast; only harm and forecasts move flows.
/// </remarks>
internal sealed class NodeJudge
{
    private const int FewestFlows = 3;
    private const int SlowSpans = 3;

    /// <summary>Most of the time that is looked at: a queue that fills by chance makes a burst of answers very slow, and empties again.</summary>
    private const int TailSpans = 7;

    private const int ErrorSpans = 2;
    private const int DeadProbes = 2;
    private const int DeadConnects = 3;

    /// <summary>How many mean absolute deviations from the baseline are unusual.</summary>
    private const double DeviationFactor = 4;

    /// <summary>How many times its usual spread a harm signal has to exceed.</summary>
    private const double SpreadFactor = 8;

    /// <summary>The share of very slow answers strays furthest: who waits behind one of them is slow, too.</summary>
    private const double TailSpreadFactor = 12;

    /// <summary>Nine times as long as normal is too long, however much answers commonly scatter.</summary>
    private const double MostLatencyStrays = 2.2;

    /// <summary>Three very slow answers of four are too many, likewise.</summary>
    private const double MostTailStrays = 0.75;

    /// <summary>Harm that takes flows away goes on down to this part of what it took to begin: with fewer flows a sick node does better.</summary>
    private const double EasedBelow = 0.65;

    private const double MostLeeway = 3;
    private const double LeewayPerSurplus = 6;

    /// <summary>A forecast counts from this probability on.</summary>
    private const double RiskThreshold = 0.9;

    /// <summary>A load signal must have risen this far above its baseline for a forecast to count.</summary>
    private const double LeastRise = 0.15;

    /// <summary>Latency must differ by this much for users to notice, milliseconds.</summary>
    private const double LatencyFloorMs = 5;

    /// <summary>More than a band of the stand-ins' order: of two that could take a flow, the one that is not degraded does.</summary>
    private const double TakenByDegraded = 0.3;

    private readonly PeerComparison[] _signals = [.. Enumerable.Range(0, Signals.Count).Select(i => new PeerComparison((Signal)i))];
    private readonly List<double> _surpluses = [];
    private bool _probesFailEverywhere;
    private bool _areSaidDownEverywhere;

    /// <summary>Takes in the tick's values of all nodes that serve.</summary>
    public void Compare(List<NodeWatch> watches)
    {
        foreach (var signal in _signals)
            signal.Fill(watches);
        _surpluses.Clear();
        _surpluses.AddRange(from watch in watches where watch.State.Share > 0 select watch.Surplus);
        _surpluses.Sort();
        _probesFailEverywhere = watches.Count > 1 && watches.TrueForAll(watch => watch.Node.Probes.DeadInRow > 0);
        _areSaidDownEverywhere = watches.Count > 1 && watches.TrueForAll(watch => watch.SaidDown is not null);
    }

    /// <summary>Judges one of them.</summary>
    /// <param name="watch">The node.</param>
    /// <param name="index">Its index in the list that was compared.</param>
    /// <param name="sensitivity">The cluster's setting.</param>
    /// <param name="time">The tick.</param>
    public Verdict Judge(NodeWatch watch, int index, Sensitivity sensitivity, in TickTime time)
    {
        var seconds = time.Seconds;
        var factor = sensitivity switch { Sensitivity.Low => 2, Sensitivity.High => 2.0 / 3, _ => 1 };
        var dead = Dead(watch, time.IsStalled);
        var latency = Weigh(watch, index, Signal.Latency, factor, seconds);
        var tail = Weigh(watch, index, Signal.Tail, factor, seconds);
        var errors = Weigh(watch, index, Signal.Errors, factor, seconds);
        var worst = errors.Ratio >= Math.Max(latency.Ratio, tail.Ratio) ? errors : latency.Ratio >= tail.Ratio ? latency : tail;
        var (forecast, risk) = Foresee(watch, index, factor);

        var score = new NodeScore();
        score.Set(ScorePart.Cpu, watch.Value(Signal.Cpu), 0.3 * (watch.Value(Signal.Cpu) - 0.7) / 0.3);
        score.Set(ScorePart.Memory, watch.Value(Signal.Memory), 0.3 * (watch.Value(Signal.Memory) - 0.8) / 0.2);
        score.Set(ScorePart.Latency, watch.LatencyMs, Math.Min(0.95, Taken(latency.Ratio >= tail.Ratio ? latency : tail)));
        score.Set(ScorePart.Errors, watch.Value(Signal.Errors), Taken(errors));
        score.Set(ScorePart.Connect, watch.Traffic.ConnectFailures, dead is null && !watch.State.IsDead ? 0 : 1);
        var saturation = Saturation(watch);
        score.Set(ScorePart.Saturation, saturation, (saturation - 0.8) / 0.2);
        score.Set(ScorePart.Word, watch.SaidDegraded is null ? 0 : 1, watch.SaidDegraded is null ? 0 : TakenByDegraded);
        score.Set(ScorePart.Risk, forecast.Probability, Math.Min(0.95, 0.5 * forecast.Probability / RiskThreshold));

        return new Verdict
        {
            Dead = dead,
            Harm = worst.IsHarm ? Describe(watch, index, worst) : null,
            Risk = risk,
            Anomaly = worst.IsHarm ? null : FindAnomaly(watch, index, factor, worst),
            Forecast = forecast,
            Score = score,
        };

        static double Taken(in Weight weight) => NodeScore.Threshold * weight.Ratio;
    }

    /// <summary>Lets a node's baselines take in the tick's values.</summary>
    public void Teach(NodeWatch watch, int index, double elapsed)
    {
        var (excesses, thresholds) = (SignalVector.Unknown, new SignalVector());
        for (var i = 0; i < Signals.Count; i++)
        {
            var signal = (Signal)i;
            thresholds[i] = Threshold(watch, index, signal);
            if (signal.IsHarm())
                excesses[i] = Excess(watch, index, signal);
        }

        watch.Learn(elapsed, excesses, thresholds);
    }

    private Evidence? Dead(NodeWatch watch, bool isStalled)
    {
        var traffic = watch.Traffic;
        var probes = watch.Node.Probes;
        if (traffic.Refused > 0)
            return new Evidence("connect-refused", traffic.Refused, 1, 0, double.NaN, "connection refused");
        if (traffic.ConnectFailures >= DeadConnects)
            return new Evidence("connect-failed", traffic.ConnectFailures, DeadConnects, 0, double.NaN, $"{traffic.ConnectFailures} connects failed in a row");
        // Probes that fail while requests are answered speak of the probes, or of a moment's stall; so do other sources.
        if (isStalled || watch.Answers)
            return null;
        if (probes.DeadInRow >= DeadProbes && !_probesFailEverywhere)
            return new Evidence("probe", probes.DeadInRow, DeadProbes, 0, double.NaN, $"{probes.DeadInRow} probes dead in a row: {probes.Last?.Error}");
        return _areSaidDownEverywhere ? null : watch.SaidDown;
    }

    /// <summary>How far a harm signal is over its threshold, as a ratio; 1 and above is harm if enough flows met it.</summary>
    private Weight Weigh(NodeWatch watch, int index, Signal signal, double factor, double seconds)
    {
        var comparison = _signals[(int)signal];
        var move = comparison.Move(index);
        if (double.IsNaN(move) || move <= 0 || comparison.IsShared(index))
            return new Weight(signal, 0, 0, false);
        var leeway = signal == Signal.Errors ? 1 : Leeway(watch);
        var leaves = watch.State.State == NodeState.Evacuating;
        var threshold = Threshold(watch, index, signal) * factor * leeway * (leaves ? EasedBelow : 1);
        var ratio = Excess(watch, index, signal) / threshold;
        var spans = signal switch { Signal.Errors => ErrorSpans, Signal.Tail when !leaves => TailSpans, _ => SlowSpans };
        var enough = watch.TroubledFlows(signal, seconds) >= FewestFlows && watch.Persists(signal, spans);
        return new Weight(signal, enough ? ratio : Math.Min(ratio, 0.5), threshold, enough && ratio >= 1);
    }

    /// <summary>How much worse a harm signal is than it used to be, and than the others are: elsewhere its flows must fare better.</summary>
    private double Excess(NodeWatch watch, int index, Signal signal)
    {
        var comparison = _signals[(int)signal];
        var move = comparison.Move(index);
        if (signal == Signal.Latency && watch.LatencyMs * (1 - Math.Exp(-move)) < LatencyFloorMs)
            return 0;
        var peers = comparison.PeersMove(index);
        // A slow node draws the routes' norm with it: its peers look faster by as much as itself does.
        var normShift = signal == Signal.Latency && watch.Baseline(signal).IsMature ? move / 2 : 0;
        peers = Math.Max(-normShift, peers);
        var excess = move - (double.IsNaN(peers) ? 0 : peers);
        return comparison.PeersValue(watch.Value(signal)) is var theirs && !double.IsNaN(theirs) ? Math.Min(excess, watch.Value(signal) - theirs) : excess;
    }

    /// <summary>
    /// How far a signal must move before it is unusual: further than it commonly strays, and than its peers do, more than chance explains, and
    /// at least a floor.
    /// </summary>
    private double Threshold(NodeWatch watch, int index, Signal signal)
    {
        ref readonly var baseline = ref watch.Baseline(signal);
        var strays = signal.IsHarm() ? HarmStrays(watch, signal) : baseline.IsMature ? DeviationFactor * baseline.Deviation : 0;
        var chance = signal.IsHarm() ? Chance.Of(signal, _signals[(int)signal].Base(index), watch.Outcomes, baseline.IsMature) : 0;
        var floor = signal switch
        {
            Signal.Latency => Math.Log(2),
            Signal.Tail => 0.08,
            Signal.Errors => 0.05,
            _ => 0.1 + (0.1 * baseline.Mean),
        };
        return Math.Max(floor, Math.Max(strays, chance));
    }

    /// <summary>
    /// How many times as far as usual a node's answers may stray, 1 to 3: the more so, the more requests came or were answered lately than
    /// usual, and than elsewhere. One that works off a burst is busy; one that is sick answers no more than it did.
    /// </summary>
    private double Leeway(NodeWatch watch)
    {
        var shared = _surpluses.Count == 0 ? 0 : _surpluses[(_surpluses.Count - 1) / 2];
        return Math.Clamp(1 + (LeewayPerSurplus * (watch.Surplus - shared)), 1, MostLeeway);
    }

    private double HarmStrays(NodeWatch watch, Signal signal)
    {
        var own = watch.Spread(signal);
        var peers = _signals[(int)signal].PeersSpread(own);
        var spread = peers > own ? peers : own;
        return signal switch
        {
            Signal.Latency => Math.Min(SpreadFactor * spread, MostLatencyStrays),
            Signal.Tail => Math.Min(TailSpreadFactor * spread, MostTailStrays),
            _ => SpreadFactor * spread,
        };
    }

    private (Forecast Forecast, Evidence? Risk) Foresee(NodeWatch watch, int index, double factor)
    {
        var worst = Forecast.None;
        var worstSignal = Signal.Cpu;
        for (var signal = Signal.Cpu; signal <= Signal.Application; signal++)
        {
            var move = _signals[(int)signal].Move(index);
            if (double.IsNaN(move) || move < LeastRise * factor || _signals[(int)signal].IsShared(index))
                continue;
            var (probability, seconds) = watch.Predict(signal);
            if (probability > worst.Probability || (probability == worst.Probability && seconds < worst.SecondsToSymptom))
                (worst, worstSignal) = (new Forecast(signal.Name(), probability, seconds, watch.Value(signal), watch.Limit(signal)), signal);
        }

        if (worst.Probability < RiskThreshold)
            return (worst, null);
        var comparison = _signals[(int)worstSignal];
        var text = worst.SecondsToSymptom > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{worst.Signal} at {worst.Value:0.00} reaches {worst.Limit:0.00} in {worst.SecondsToSymptom:0.0} s; normal is {comparison.Base(index):0.00}")
            : string.Create(CultureInfo.InvariantCulture, $"{worst.Signal} at {worst.Value:0.00} is over its limit of {worst.Limit:0.00}; normal is {comparison.Base(index):0.00}");
        return (worst, new Evidence(worst.Signal, worst.Value, worst.Limit, comparison.Base(index), comparison.PeersValue(worst.Value), text));
    }

    private Evidence? FindAnomaly(NodeWatch watch, int index, double factor, in Weight worst)
    {
        if (worst.Ratio >= 0.6)
            return Describe(watch, index, worst);
        for (var signal = Signal.Cpu; signal <= Signal.Application; signal++)
        {
            var comparison = _signals[(int)signal];
            var move = comparison.Move(index);
            var threshold = Threshold(watch, index, signal) * factor;
            if (double.IsNaN(move) || move < threshold || comparison.IsShared(index))
                continue;
            return Describe(watch, index, new Weight(signal, move / threshold, threshold, false));
        }

        return null;
    }

    private Evidence Describe(NodeWatch watch, int index, in Weight weight)
    {
        var comparison = _signals[(int)weight.Signal];
        var value = watch.Value(weight.Signal);
        var normal = comparison.Base(index);
        var peers = comparison.PeersValue(value);
        var text = weight.Signal switch
        {
            Signal.Latency => string.Create(CultureInfo.InvariantCulture, $"answers take {watch.LatencyMs:0} ms, {Math.Exp(comparison.Move(index)):0.0} times as long as normal"),
            Signal.Tail => string.Create(CultureInfo.InvariantCulture, $"{value:0%} of answers are very slow, normal is {normal:0%}"),
            Signal.Errors => string.Create(CultureInfo.InvariantCulture, $"{value:0%} of requests fail, normal is {normal:0%}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{weight.Signal.Name()} at {value:0.00}, normal is {normal:0.00}"),
        };
        return new Evidence(weight.Signal.Name(), value, normal + weight.Threshold, normal, peers, text);
    }

    private static double Saturation(NodeWatch watch)
    {
        var application = watch.Value(Signal.Application);
        var requests = watch.Node.MaxConcurrentRequests is { } most ? watch.Node.InFlight / (double)most : double.NaN;
        return double.IsNaN(requests) ? application : double.IsNaN(application) ? requests : Math.Max(requests, application);
    }

    private readonly record struct Weight(Signal Signal, double Ratio, double Threshold, bool IsHarm);
}
