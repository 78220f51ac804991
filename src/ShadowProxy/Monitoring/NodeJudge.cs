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
/// nothing; and only where it goes on: one stall topples nothing either. Load alone makes a node suspect at most; a trend towards its limit is a forecast; only harm and forecasts move flows.
/// </remarks>
internal sealed class NodeJudge
{
    private const int FewestFlows = 3;
    private const int SlowSpans = 3;
    private const int ErrorSpans = 2;
    private const int DeadProbes = 2;
    private const int DeadConnects = 3;

    /// <summary>How many mean absolute deviations from the baseline are unusual.</summary>
    private const double DeviationFactor = 4;

    /// <summary>A forecast counts from this probability on.</summary>
    private const double RiskThreshold = 0.9;

    /// <summary>A load signal must have risen this far above its baseline for a forecast to count.</summary>
    private const double LeastRise = 0.15;

    /// <summary>Latency must differ by this much for users to notice, milliseconds.</summary>
    private const double LatencyFloorMs = 5;

    /// <summary>More than a band of the stand-ins' order: of two that could take a flow, the one that is not degraded does.</summary>
    private const double TakenByDegraded = 0.3;

    private readonly PeerComparison[] _signals = [.. Enumerable.Range(0, Signals.Count).Select(i => new PeerComparison((Signal)i))];
    private bool _probesFailEverywhere;
    private bool _areSaidDownEverywhere;

    /// <summary>Takes in the tick's values of all nodes that serve.</summary>
    public void Compare(List<NodeWatch> watches)
    {
        foreach (var signal in _signals)
            signal.Fill(watches);
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

    /// <summary>How far each signal is to be believed normal when baselines learn: fully, unless it has left its range.</summary>
    public SignalVector Trust(NodeWatch watch, int index)
    {
        var trust = new SignalVector();
        for (var i = 0; i < Signals.Count; i++)
            trust[i] = _signals[i].Move(index) > Threshold(watch, index, (Signal)i) / 2 ? 0.1 : 1;
        return trust;
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
        if (signal == Signal.Latency && watch.LatencyMs * (1 - Math.Exp(-move)) < LatencyFloorMs)
            return new Weight(signal, 0, 0, false);
        var peers = comparison.PeersMove(index);
        // A slow node draws the routes' norm with it: its peers look faster by as much as itself does.
        var normShift = signal == Signal.Latency && watch.Baseline(signal).IsMature ? move / 2 : 0;
        peers = Math.Max(-normShift, peers);
        var excess = move - (double.IsNaN(peers) ? 0 : peers);
        // Worse than it used to be, and than the others are: elsewhere its flows must fare better.
        if (comparison.PeersValue(watch.Value(signal)) is var theirs && !double.IsNaN(theirs))
            excess = Math.Min(excess, watch.Value(signal) - theirs);
        var threshold = Threshold(watch, index, signal) * factor;
        var ratio = excess / threshold;
        var spans = signal == Signal.Errors ? ErrorSpans : SlowSpans;
        var enough = watch.TroubledFlows(signal, seconds) >= FewestFlows && watch.Persists(signal, spans);
        return new Weight(signal, enough ? ratio : Math.Min(ratio, 0.5), threshold, enough && ratio >= 1);
    }

    /// <summary>How far a signal must move before it is unusual: four deviations, more than chance explains, and at least a floor.</summary>
    private double Threshold(NodeWatch watch, int index, Signal signal)
    {
        ref readonly var baseline = ref watch.Baseline(signal);
        var deviation = baseline.IsMature ? DeviationFactor * baseline.Deviation : 0;
        var chance = signal.IsHarm() ? Chance.Of(signal, _signals[(int)signal].Base(index), watch.Outcomes, baseline.IsMature) : 0;
        var floor = signal switch
        {
            Signal.Latency => Math.Log(2),
            Signal.Tail => 0.08,
            Signal.Errors => 0.05,
            _ => 0.1 + (0.1 * baseline.Mean),
        };
        return Math.Max(floor, Math.Max(deviation, chance));
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
