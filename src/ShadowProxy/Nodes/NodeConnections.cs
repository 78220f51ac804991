using System.Net.Sockets;
using ShadowProxy.Signals.Network;

namespace ShadowProxy.Nodes;

/// <summary>
/// Some of the connections to a node, of which the kernel is asked how the network does. Thread-safe: whoever opens a connection adds it,
/// the monitor alone asks.
/// </summary>
internal sealed class NodeConnections
{
    /// <summary>So many connections stand for all: each costs a system call a second.</summary>
    public const int MostSampled = 8;

    private readonly Lock _lock = new();
    private readonly Sampled[] _sampled = new Sampled[MostSampled];
    private readonly double[] _roundTrips = new double[MostSampled];
    private readonly byte[] _buffer = new byte[TcpInfo.Length];
    private volatile bool _any;

    /// <summary>A connection stands. Where enough are known already, it is not looked at.</summary>
    public void Add(Socket socket)
    {
        if (!TcpInfo.IsSupported)
            return;
        lock (_lock)
        {
            foreach (ref var slot in _sampled.AsSpan())
            {
                if (slot.Socket is { } known && !known.SafeHandle.IsClosed)
                    continue;
                slot = new Sampled { Socket = socket };
                _any = true;
                return;
            }
        }
    }

    /// <summary>How the network did since the last time; null where no connection stands, or this operating system does not tell.</summary>
    public NetworkSample? Sample()
    {
        if (!_any)
            return null;
        lock (_lock)
            return SampleAll();
    }

    private NetworkSample? SampleAll()
    {
        var known = 0;
        var least = TimeSpan.MaxValue;
        long retransmits = 0, segments = 0;
        foreach (ref var slot in _sampled.AsSpan())
        {
            if (slot.Socket is null)
                continue;
            if (slot.Socket.SafeHandle.IsClosed || TcpInfo.Read(slot.Socket, _buffer) is not { } info)
            {
                slot = default;
                continue;
            }

            retransmits += unchecked(info.Retransmits - slot.Retransmits);
            segments += unchecked(info.Segments - slot.Segments);
            (slot.Retransmits, slot.Segments) = (info.Retransmits, info.Segments);
            if (info.RoundTrip == TimeSpan.Zero)
                continue;
            _roundTrips[known++] = info.RoundTrip.TotalSeconds;
            if (info.LeastRoundTrip > TimeSpan.Zero && info.LeastRoundTrip < least)
                least = info.LeastRoundTrip;
        }

        _any = Array.Exists(_sampled, slot => slot.Socket is not null);
        if (known == 0)
            return null;
        Array.Sort(_roundTrips, 0, known);
        return new NetworkSample(
            _roundTrips[known / 2], least == TimeSpan.MaxValue ? double.NaN : least.TotalSeconds, retransmits, segments, known);
    }

    private struct Sampled
    {
        public Socket? Socket;
        public uint Retransmits;
        public uint Segments;
    }
}

/// <summary>How the network between the proxy and a node did.</summary>
/// <param name="RoundTrip">The median of the connections' smoothed round-trip times, seconds.</param>
/// <param name="LeastRoundTrip">The least of the last minutes, seconds; NaN where the kernel does not know.</param>
/// <param name="Retransmits">Segments that were sent again since the last sample.</param>
/// <param name="Segments">Segments with data that were sent since then, these included.</param>
/// <param name="Connections">How many connections this rests on.</param>
internal readonly record struct NetworkSample(double RoundTrip, double LeastRoundTrip, long Retransmits, long Segments, int Connections);
