using System.Globalization;
using ShadowProxy.Monitoring.Detection;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Feeds the detector with what the monitor sees of a node, once a second. What it finds makes a node suspect at most, and only where its
/// peers do not look as unusual. The monitor's thread alone uses it.
/// </summary>
internal sealed class AnomalyWatch
{
    private const double SampleSeconds = 1;

    /// <summary>A count's root scatters by a half, whatever the load.</summary>
    private const double CountFloor = 0.5;

    /// <summary>Root milliseconds: half a millisecond says nothing at any round trip, 8 ms at one of 50 ms.</summary>
    private const double RoundTripFloor = 0.5;

    private const int InFlight = Monitoring.Signals.Count;
    private const int RoundTrip = InFlight + 1;
    private const int Retransmits = InFlight + 2;
    private const int ReportedLatency = InFlight + 3;
    private const int FirstOfRuntime = InFlight + 4;

    private static readonly string Learning =
        $"learning what is normal: judged after {NodeDetector.MatureSeconds / 60:0} minutes and {NodeDetector.Mature} samples";

    /// <summary>What the node agent reports of the runtime; each is a signal where a node reports it.</summary>
    private static readonly DetectorSignal[] Runtime =
    [
        new("gc_pause", SignalFamily.Runtime, RisesOnly: true),
        new("heap", SignalFamily.Memory, RisesOnly: true),
        new("connections", SignalFamily.Runtime, CountFloor),
        new("thread_pool_queue", SignalFamily.Runtime, CountFloor, RisesOnly: true),
        new("thread_pool_wait_ms", SignalFamily.Latency, CountFloor, RisesOnly: true),
    ];

    private static readonly DetectorSignal[] Watched =
    [
        new("cpu", SignalFamily.Load),
        new("memory", SignalFamily.Memory, RisesOnly: true),
        new("application", SignalFamily.Load),
        new("latency", SignalFamily.Latency, RisesOnly: true),
        new("slow-answers", SignalFamily.Latency, RisesOnly: true),
        new("errors", SignalFamily.Errors, RisesOnly: true),
        new("in-flight", SignalFamily.Runtime, CountFloor, RisesOnly: true),
        new("round-trip-ms", SignalFamily.Latency, RoundTripFloor, RisesOnly: true),
        new("retransmits", SignalFamily.Errors, RisesOnly: true),
        new("reported-latency", SignalFamily.Latency, RisesOnly: true),
        .. Runtime,
    ];

    private readonly NodeDetector _detector = new(Watched);
    private readonly float[] _values = new float[Watched.Length];
    private Anomaly _anomaly;
    private double _sampledAt = double.NegativeInfinity;

    /// <summary>How unusual the node looks, over the threshold in force for it.</summary>
    public double Ratio => _anomaly.Ratio;

    /// <summary>What it looks like, with the threshold in force; null before the first sample.</summary>
    public Anomaly? Anomaly => double.IsNegativeInfinity(_sampledAt) ? null : _anomaly;

    /// <summary>What speaks against the node; null where it looks normal.</summary>
    public Evidence? Evidence { get; private set; }

    /// <summary>What an operator is told of it, with the reason of the threshold.</summary>
    public static AnomalyStatus Tell(in Anomaly anomaly) => new(anomaly.Score, anomaly.Threshold, double.IsNaN(anomaly.Threshold) ? Learning : string.Create(
        CultureInfo.InvariantCulture,
        $"{NodeDetector.DefaultThreshold} × √{anomaly.OwnLevel:0.00}, the score that this node itself exceeds in one sample of a hundred"));

    /// <summary>Takes in a tick.</summary>
    /// <param name="watch">The node's signals at this tick.</param>
    /// <param name="seconds">The monitor's time.</param>
    /// <param name="isFrozen">True where nothing is to be learned from it.</param>
    /// <param name="asksNetwork">Whether the kernel is asked how the network does.</param>
    public void Observe(NodeWatch watch, double seconds, bool isFrozen, bool asksNetwork)
    {
        if (seconds - _sampledAt < SampleSeconds)
            return;
        _sampledAt = seconds;
        for (var signal = Signal.Cpu; signal <= Signal.Errors; signal++)
            _values[(int)signal] = (float)watch.Value(signal);
        // As a ratio to the route's norm: the detector takes roots, and a logarithm would have no meaning there.
        _values[(int)Signal.Latency] = MathF.Exp(_values[(int)Signal.Latency]);
        _values[InFlight] = watch.Node.InFlight;
        var sample = asksNetwork ? watch.Node.Connections.Sample() : null;
        _values[RoundTrip] = (float)(1000 * (sample?.RoundTrip ?? double.NaN));
        _values[ReportedLatency] = (float)watch.ReportedLatency;
        _values[Retransmits] = (float)(sample?.RetransmitRatio ?? double.NaN);
        for (var i = 0; i < Runtime.Length; i++)
            _values[FirstOfRuntime + i] = (float)watch.Metric(Runtime[i].Name);
        _anomaly = _detector.Observe(_values, seconds, isFrozen);
        Evidence = _anomaly.IsActive ? Describe() : null;
    }

    private Evidence Describe()
    {
        var signal = _anomaly.Signal;
        var (name, normal) = (Watched[signal].Name, _detector.Normal(signal));
        return new Evidence("anomaly", _anomaly.Score, _anomaly.Threshold, double.NaN, double.NaN, string.Create(
            CultureInfo.InvariantCulture,
            $"looks unusual ({_anomaly.Score:0.0} of {_anomaly.Threshold:0.0}), by {name} most: {_values[signal]:0.00}, normal is {normal:0.00}"));
    }
}
