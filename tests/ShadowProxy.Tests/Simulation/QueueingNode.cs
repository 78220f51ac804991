using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Simulation;

/// <summary>A node with one queue before its workers (M/G/k, Kleinrock 1975).</summary>
internal sealed class QueueingNode(Node node, int workers)
{
    /// <summary>How long a client waits for an answer.</summary>
    public const double PatienceSeconds = 10;

    private const double ReportSeconds = 1;

    private readonly double[] _freeAt = new double[workers];

    public Node Node { get; } = node;

    /// <summary>The mean time of service while it is well, seconds.</summary>
    public double ServiceSeconds { get; set; }

    /// <summary>How many times as long its service takes now.</summary>
    public double Slower { get; set; } = 1;

    /// <summary>Requests that clients gave up.</summary>
    public int TimedOut { get; private set; }

    /// <summary>The part of its workers that was busy over the last second.</summary>
    public double Utilization { get; private set; }

    /// <summary>What a node of its kind is built to serve at once: as many as work, and three times as many that wait.</summary>
    public int MaxConcurrentRequests => 4 * workers;

    /// <summary>Its capacity for a load: it is then busy to that part.</summary>
    public void Calibrate(double requestsPerSecond, double load) => ServiceSeconds = workers * load / requestsPerSecond;

    /// <summary>Takes in a request.</summary>
    /// <param name="now">Seconds since the start.</param>
    /// <param name="draw">Its service over the mean.</param>
    /// <returns>Seconds to its answer; <see cref="PatienceSeconds"/> where the client does not wait for it.</returns>
    public double Serve(double now, double draw)
    {
        var first = Array.IndexOf(_freeAt, _freeAt.Min());
        var service = draw * ServiceSeconds * Slower;
        var begins = Math.Max(now, _freeAt[first]);
        if (begins - now < PatienceSeconds)
            _freeAt[first] = begins + service;
        var seconds = begins + service - now;
        if (seconds < PatienceSeconds)
            return seconds;
        TimedOut++;
        return PatienceSeconds;
    }

    /// <summary>Looks at how busy it is.</summary>
    public void Tick(double now, double elapsed)
    {
        var busy = _freeAt.Count(freeAt => freeAt > now) / (double)workers;
        Utilization += (1 - Math.Exp(-elapsed / ReportSeconds)) * (busy - Utilization);
    }
}
