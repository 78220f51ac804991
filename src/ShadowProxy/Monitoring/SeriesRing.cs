using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>One node's last three minutes, a sample a second. Under its owner's lock.</summary>
internal sealed class SeriesRing
{
    /// <summary>How many seconds are kept.</summary>
    public const int Seconds = 180;

    private readonly float[][] _values = [.. Enumerable.Range(0, 6).Select(_ => new float[Seconds])];
    private long _first = long.MinValue;

    /// <summary>The second of the last sample; the least number before the first.</summary>
    public long Last { get; private set; } = long.MinValue;

    /// <summary>When somebody last looked, as a number that rises.</summary>
    public long LookedAt { get; set; }

    /// <summary>Adds a sample. Seconds without one are unknown.</summary>
    public void Add(long second, Node node)
    {
        if (_first == long.MinValue)
            _first = second;
        for (var missed = Math.Max(Math.Max(Last + 1, _first), second - Seconds); missed < second; missed++)
            Set(missed, [float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN]);
        var health = node.Health;
        Set(second,
        [
            (float)health.Score, (float)health.LatencyMs, (float)health.ErrorRate, (float)health.RequestRate, (float)health.AdmittedShare, node.Flows,
        ]);
        Last = second;
    }

    /// <summary>A copy, oldest first.</summary>
    public NodeSeries Read(Node node, DateTimeOffset end)
    {
        var count = Last == long.MinValue ? 0 : (int)Math.Min(Seconds, Last - _first + 1);
        return new NodeSeries
        {
            Cluster = node.Cluster,
            Node = node.Id,
            End = end,
            Score = Copy(0),
            LatencyMs = Copy(1),
            ErrorRate = Copy(2),
            RequestRate = Copy(3),
            AdmittedShare = Copy(4),
            Flows = Copy(5),
        };

        float[] Copy(int kind) => [.. Enumerable.Range(0, count).Select(i => _values[kind][Slot(Last - count + 1 + i)])];
    }

    private void Set(long second, ReadOnlySpan<float> sample)
    {
        for (var kind = 0; kind < _values.Length; kind++)
            _values[kind][Slot(second)] = sample[kind];
    }

    private static int Slot(long second) => (int)(second % Seconds);
}
