using ShadowProxy.Nodes;

namespace ShadowProxy.Monitoring;

/// <summary>
/// Whether a node can bear flows of others, and how many until the next tick: by the requests that it serves at once where its limit is
/// given, by what it reports of its utilisation, and in any case by how its answers take it. The monitor's thread alone uses it.
/// </summary>
/// <remarks>
/// Where its utilisation is known it is filled up to nine tenths; what came over and does not show yet is counted in. Where it is not known, a
/// tenth of its own traffic may come, and more only as that begins to show. A node that has less than one request in flight is no busier than
/// that, however many it could serve at once: in a queue with any number of servers, the mean number of requests there is at least that of
/// busy servers (Little 1961).
/// </remarks>
internal sealed class NodeRoom(Node node)
{
    private const double FullFrom = 0.9;
    private const double RoomBelow = 0.85;

    /// <summary>Below, what came over may show in part already: the node takes no more for a moment, and is not given up as full.</summary>
    private const double NearlyFull = 0.8;

    private const double LeastUtilization = 0.1;

    /// <summary>From twice its normal time to answer on a node counts as full, and again as one with room below the second factor.</summary>
    private const double StrainedFrom = 2;
    private const double EasedBelow = 1.6;

    /// <summary>Latency must differ by this much for users to notice, milliseconds.</summary>
    private const double LatencyFloorMs = 5;

    /// <summary>The part of its traffic that may come over before it must show how the node bears it; less, the more its answers show it.</summary>
    private const double Step = 0.1;

    /// <summary>The time constant in which traffic that came over shows in what is measured.</summary>
    private const double ShowsSeconds = 2.5;

    private const double InFlightSeconds = 1;

    private Baseline _latency;
    private double _latencyMs = double.NaN;
    private double _inFlight = double.NaN;
    private double _reported = double.NaN;
    private double _rate;
    private double _takenOver;

    /// <summary>True where it could bear none: it serves as many requests as it can, or answers twice as slowly as it used to.</summary>
    public bool IsFull { get; private set; }

    /// <summary>False while it is full and flows have to go somewhere.</summary>
    public bool IsOffered { get; private set; } = true;

    /// <summary>How many times its normal the time to answer is; 1 where that is unknown or nobody would notice.</summary>
    public double Strain
    {
        get
        {
            if (!_latency.IsMature || double.IsNaN(_latencyMs))
                return 1;
            var normal = Math.Exp(_latency.Mean);
            return _latencyMs - normal < LatencyFloorMs ? 1 : _latencyMs / normal;
        }
    }

    /// <summary>Takes in a tick's measures.</summary>
    /// <param name="latencyMs">Mean time to response headers, milliseconds; NaN without traffic.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="reported">The utilisation that the node reports; NaN = unknown.</param>
    /// <param name="elapsed">Seconds since the last tick.</param>
    public void Observe(double latencyMs, double rate, double reported, double elapsed)
    {
        (_latencyMs, _rate, _reported) = (latencyMs, rate, reported);
        _takenOver = (_takenOver * Math.Exp(-elapsed / ShowsSeconds)) + node.Intake.Collect();
        var inFlight = node.InFlight;
        _inFlight = double.IsNaN(_inFlight) ? inFlight : _inFlight + ((1 - Math.Exp(-elapsed / InFlightSeconds)) * (inFlight - _inFlight));
    }

    /// <summary>Lets the normal latency take in this tick's; not to be called while baselines are frozen.</summary>
    public void Learn(double elapsed)
    {
        if (!double.IsNaN(_latencyMs))
            _latency.Add(Math.Log(Math.Max(_latencyMs, 0.05)), elapsed, trust: 1);
    }

    /// <summary>Says what the node takes over until the next tick.</summary>
    /// <param name="fairRate">The node's share of the cluster's requests a second by its weight: what one without traffic can take is seen by that.</param>
    /// <param name="isNeeded">Whether flows have to go somewhere, and the node is one of those that could take them.</param>
    public void Offer(double fairRate, bool isNeeded)
    {
        var traffic = Math.Max(_rate, fairRate);
        IsFull = IsFullByLimit() || IsFullByReport(traffic) || Strain >= (IsFull ? EasedBelow : StrainedFrom)
            || node.Health.Score < NodeScore.Threshold;
        IsOffered = !isNeeded || !IsFull;
        node.Intake.Offer(!isNeeded ? double.PositiveInfinity : IsFull ? 0 : (Growth() * traffic) - _takenOver);
    }

    private bool IsFullByLimit() =>
        node.Settings.MaxConcurrentRequests is { } most && _inFlight >= (IsFull ? RoomBelow : FullFrom) * most;

    /// <summary>Counts in what came over and does not show in the report yet.</summary>
    private bool IsFullByReport(double traffic)
    {
        var expected = _reported * (1 + (traffic > 0 ? _takenOver / traffic : 0));
        return IsFull ? expected >= RoomBelow : expected >= FullFrom && _reported >= NearlyFull;
    }

    /// <summary>The part by which its traffic may grow.</summary>
    private double Growth()
    {
        var utilization = double.IsNaN(_reported) ? _inFlight : _reported;
        return utilization < FullFrom ? (FullFrom / Math.Max(LeastUtilization, utilization)) - 1 : Step * (StrainedFrom - Strain) / (StrainedFrom - 1);
    }
}
