using ShadowProxy.Nodes;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Whether a node can bear flows of others, and how many until the next tick: by the requests that it serves at once where its limit is
/// given, by what it reports of its utilisation, and in any case by how it does. The monitor's thread alone uses it.
/// </summary>
/// <remarks>
/// Where its utilisation is known it is filled up to nine tenths; what came over and does not show yet is counted in. Where it is not known, it
/// takes what comes until it does worse than before: caution without a sign of trouble would keep flows on the node that is sick. A node that
/// has little traffic shows nothing of what it can bear: where others say it, it takes flows only as fast as it can show that, too.
/// </remarks>
internal sealed class NodeRoom(Node node)
{
    private const double FullFrom = 0.9;
    private const double RoomBelow = 0.85;

    /// <summary>Below, what came over may show in part already: the node takes no more for a moment, and is not given up as full.</summary>
    private const double NearlyFull = 0.8;

    private const double LeastUtilization = 0.1;

    /// <summary>Others' flows strain it from a doubling of its time to answer on, and from where that is this many times as far off as usual.</summary>
    private const double SpreadFactor = 4;
    private const double LeastStrain = 0.69;
    private const double PresumedSpread = 0.15;

    /// <summary>A strain goes on down to this part of what it took to begin.</summary>
    private const double EasedBelow = 0.65;

    /// <summary>Latency must differ by this much for users to notice, milliseconds.</summary>
    private const double LatencyFloorMs = 5;

    /// <summary>It does worse when this part of its usual score is left.</summary>
    private const double WorseFrom = 0.6;

    /// <summary>The time constant in which traffic that came over shows in what is measured.</summary>
    private const double ShowsSeconds = 2.5;

    private const double InFlightSeconds = 1;

    /// <summary>A report's dip for a moment is no room: its mean over this time counts, too.</summary>
    private const double ReportSeconds = 10;

    /// <summary>With less than this part of its fair share of the traffic it shows nothing of what it can bear.</summary>
    private const double IdleBelow = 0.5;

    /// <summary>The part of its fair share that it takes over a tick until it has shown what it can bear: all of it in two seconds.</summary>
    private const double SharePerTick = 0.05;

    private Baseline _latency;
    private Spread _spread;
    private double _usualScore = 1;
    private double _latencyMs = double.NaN;
    private double _inFlight = double.NaN;
    private double _reported = double.NaN;
    private double _reportedMean = double.NaN;
    private double _rate;
    private double _takenOver;
    private bool _isStrained;
    private bool _isFilled;

    /// <summary>True where it could bear none: it is as busy as it may be, or does worse than it used to.</summary>
    public bool IsFull => _isFilled || _isStrained;

    /// <summary>False while it is full and flows have to go somewhere.</summary>
    public bool IsOffered { get; private set; } = true;

    /// <summary>Whether anything says how busy it is.</summary>
    public bool IsKnown => !double.IsNaN(Utilization);

    /// <summary>The part of what it serves at once that is busy; NaN where nothing says.</summary>
    private double Utilization =>
        node.MaxConcurrentRequests is not { } most ? Reported
        : double.IsNaN(_reported) ? _inFlight / most
        : Math.Max(Reported, _inFlight / most);

    private double Reported => Math.Max(_reported, _reportedMean);

    /// <summary>How far the logarithm of its time to answer is above normal; 0 where that is unknown or nobody would notice.</summary>
    private double Strain => _latency.IsMature && _latencyMs - Math.Exp(_latency.Mean) >= LatencyFloorMs ? Math.Log(_latencyMs) - _latency.Mean : 0;

    private double StrainedFrom => Math.Max(LeastStrain, SpreadFactor * _spread.Value(PresumedSpread));

    /// <summary>Takes in a tick's measures.</summary>
    /// <param name="latencyMs">Mean time to response headers, milliseconds; NaN without traffic.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="reported">The utilisation that the node reports; NaN = unknown.</param>
    /// <param name="elapsed">Seconds since the last tick.</param>
    public void Observe(double latencyMs, double rate, double reported, double elapsed)
    {
        (_latencyMs, _rate, _reported) = (latencyMs, rate, reported);
        _takenOver = (_takenOver * Math.Exp(-elapsed / ShowsSeconds)) + node.Intake.Collect();
        // More than all is no more than full: it would only take longer to be over.
        var most = Math.Min(reported, 1);
        _reportedMean = double.IsNaN(_reportedMean + most) ? most : _reportedMean + ((1 - Math.Exp(-elapsed / ReportSeconds)) * (most - _reportedMean));
        var inFlight = node.InFlight;
        _inFlight = double.IsNaN(_inFlight) ? inFlight : _inFlight + ((1 - Math.Exp(-elapsed / InFlightSeconds)) * (inFlight - _inFlight));
    }

    /// <summary>Takes how the node does at this tick for usual; not to be called while baselines are frozen.</summary>
    public void Learn(double elapsed)
    {
        _usualScore = node.Health.Score;
        if (double.IsNaN(_latencyMs))
            return;
        _spread.Add(Strain, elapsed, StrainedFrom);
        _latency.Add(Math.Log(Math.Max(_latencyMs, 0.05)), elapsed, trust: 1);
    }

    /// <summary>Says what the node takes over until the next tick.</summary>
    /// <param name="fairRate">The node's share of the cluster's requests a second by its weight: what one without traffic can take is seen by that.</param>
    /// <param name="isNeeded">Whether flows have to go somewhere, and the node is one of those that could take them.</param>
    /// <param name="anyKnown">Whether of any of the cluster's nodes something says how busy it is.</param>
    public void Offer(double fairRate, bool isNeeded, bool anyKnown)
    {
        var traffic = Math.Max(_rate, fairRate);
        var utilization = Utilization;
        // Counts in what came over and does not show yet.
        var expected = utilization * (1 + (traffic > 0 ? _takenOver / traffic : 0));
        _isFilled = _isFilled ? expected >= RoomBelow : expected >= FullFrom && utilization >= NearlyFull;
        _isStrained = Strain >= StrainedFrom * (_isStrained ? EasedBelow : 1) || node.Health.Score < WorseFrom * _usualScore;
        IsOffered = !isNeeded || !IsFull;
        var spare = double.IsNaN(utilization) ? double.PositiveInfinity : (((FullFrom / Math.Max(LeastUtilization, utilization)) - 1) * traffic) - _takenOver;
        var isUnproven = anyKnown && (double.IsNaN(utilization) || _rate < IdleBelow * fairRate);
        node.Intake.Offer(!IsOffered ? 0 : !isNeeded ? double.PositiveInfinity : isUnproven ? Math.Min(spare, SharePerTick * fairRate) : spare);
    }
}
