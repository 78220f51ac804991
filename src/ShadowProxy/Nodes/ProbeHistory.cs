using ShadowProxy.Signals;

namespace ShadowProxy.Nodes;

/// <summary>What the last probes of a node found. Thread-safe.</summary>
internal sealed class ProbeHistory
{
    private readonly Lock _lock = new();
    private ProbeResult? _last;
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

    /// <summary>Adds a result.</summary>
    public void Add(in ProbeResult result)
    {
        lock (_lock)
        {
            _last = result;
            _deadInRow = result.Alive ? 0 : _deadInRow + 1;
            _count++;
        }
    }
}
