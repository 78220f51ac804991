using ShadowProxy.Signals;

namespace ShadowProxy.Nodes;

/// <summary>What the last probes of a node found. Written by one prober; read by the Flow Monitor.</summary>
internal sealed class ProbeHistory
{
    private ProbeResult? _last;
    private int _deadInRow;
    private long _count;

    /// <summary>The last result; null before the first.</summary>
    public ProbeResult? Last => Volatile.Read(ref _last);

    /// <summary>Dead probes in a row up to now.</summary>
    public int DeadInRow => Volatile.Read(ref _deadInRow);

    /// <summary>Probes made.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds a result.</summary>
    public void Add(ProbeResult result)
    {
        Volatile.Write(ref _last, result);
        Volatile.Write(ref _deadInRow, result.Alive ? 0 : _deadInRow + 1);
        Volatile.Write(ref _count, _count + 1);
    }
}
