using ShadowProxy.Signals;

namespace ShadowProxy.Nodes;

/// <summary>What the last probes of a node found. Thread-safe.</summary>
internal sealed class ProbeHistory
{
    /// <summary>After so many connects those before them are forgotten: a path may change.</summary>
    private const int ConnectsKept = 60;

    private readonly Lock _lock = new();
    private ProbeResult? _last;
    private double _shortest = double.PositiveInfinity;
    private double _shortestBefore = double.PositiveInfinity;
    private int _connects;
    private int _deadInRow;
    private long _count;
    private volatile bool _isProbing;

    /// <summary>True while a probe is under way: a node has one at a time, so that results come in order.</summary>
    public bool IsProbing
    {
        get => _isProbing;
        set => _isProbing = value;
    }

    /// <summary>The last result; null before the first.</summary>
    public ProbeResult? Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>Dead probes in a row up to now.</summary>
    public int DeadInRow => Volatile.Read(ref _deadInRow);

    /// <summary>Probes made.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>
    /// The shortest connect of the last 60 to 120, milliseconds: what the path takes, whatever the node is busy with; NaN before the first.
    /// </summary>
    public double ConnectMs
    {
        get
        {
            lock (_lock)
            {
                var shortest = Math.Min(_shortest, _shortestBefore);
                return double.IsPositiveInfinity(shortest) ? double.NaN : shortest;
            }
        }
    }

    /// <summary>Adds a result.</summary>
    public void Add(in ProbeResult result)
    {
        lock (_lock)
        {
            _last = result;
            _deadInRow = result.Alive ? 0 : _deadInRow + 1;
            _count++;
            if (result.Alive)
                AddConnect(result.ConnectTime.TotalMilliseconds);
        }
    }

    private void AddConnect(double milliseconds)
    {
        if (++_connects % ConnectsKept == 0)
            (_shortestBefore, _shortest) = (_shortest, double.PositiveInfinity);
        _shortest = Math.Min(_shortest, milliseconds);
    }
}
