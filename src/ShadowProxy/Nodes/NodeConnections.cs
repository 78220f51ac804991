using System.Net.Sockets;
using ShadowProxy.Signals.Network;

namespace ShadowProxy.Nodes;

/// <summary>
/// Some of the connections to a node, of which the kernel is asked how the network does. Thread-safe: who opens a connection adds it, the
/// monitor alone asks.
/// </summary>
internal sealed class NodeConnections
{
    /// <summary>So many connections stand for all: each costs a system call a sample.</summary>
    public const int MostSampled = 8;

    /// <summary>What is left of a segment's weight at the next sample.</summary>
    private const double Decay = 0.9;

    /// <summary>Fewer segments than this tell no share of lost ones.</summary>
    private const double FewestSegments = 20;

    private readonly Lock _lock = new();
    private readonly Sampled[] _sampled = new Sampled[MostSampled];
    private readonly double[] _roundTrips = new double[MostSampled];
    private readonly byte[] _buffer = new byte[TcpInfo.Length];
    private double _recentRetransmits;
    private double _recentSegments;
    private long _retransmits;
    private volatile bool _any;
    private NetworkSample? _last;

    /// <summary>The last sample; null where there is none.</summary>
    public NetworkSample? Last => Volatile.Read(ref _last);

    /// <summary>Segments that were sent again on the sampled connections since the start.</summary>
    public long Retransmits => Volatile.Read(ref _retransmits);

    /// <summary>A connection stands. Where enough are known that do, it is not looked at.</summary>
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

    /// <summary>Asks the kernel how the network did since the last time.</summary>
    /// <returns>Null where no connection stands, or the operating system does not tell.</returns>
    public NetworkSample? Sample()
    {
        if (!_any && _last is null)
            return null;
        lock (_lock)
        {
            var sample = SampleAll();
            Volatile.Write(ref _last, sample);
            return sample;
        }
    }

    private NetworkSample? SampleAll()
    {
        var (timed, connections) = (0, 0);
        var least = double.PositiveInfinity;
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

            connections++;
            retransmits += unchecked(info.Retransmits - slot.Retransmits);
            segments += unchecked(info.Segments - slot.Segments);
            (slot.Retransmits, slot.Segments) = (info.Retransmits, info.Segments);
            if (info.RoundTrip > TimeSpan.Zero)
                _roundTrips[timed++] = info.RoundTrip.TotalSeconds;
            if (info.LeastRoundTrip > TimeSpan.Zero)
                least = Math.Min(least, info.LeastRoundTrip.TotalSeconds);
        }

        _any = connections > 0;
        _recentRetransmits = (Decay * _recentRetransmits) + retransmits;
        _recentSegments = (Decay * _recentSegments) + segments;
        Volatile.Write(ref _retransmits, _retransmits + retransmits);
        if (connections == 0)
            return null;
        Array.Sort(_roundTrips, 0, timed);
        return new NetworkSample(
            timed == 0 ? double.NaN : _roundTrips[timed / 2],
            double.IsInfinity(least) ? double.NaN : least,
            _recentSegments < FewestSegments ? double.NaN : Math.Min(1, _recentRetransmits / _recentSegments),
            connections);
    }

    private struct Sampled
    {
        public Socket? Socket;
        public uint Retransmits;
        public uint Segments;
    }
}

/// <summary>How the network between the proxy and a node does.</summary>
/// <param name="RoundTrip">The median of the connections' smoothed round-trip times, seconds; NaN where unknown.</param>
/// <param name="LeastRoundTrip">The least of the last minutes, seconds; NaN where unknown.</param>
/// <param name="RetransmitRatio">Segments sent again over segments sent, over about the last ten samples; NaN where too few were sent.</param>
/// <param name="Connections">How many connections this rests on.</param>
internal sealed record NetworkSample(double RoundTrip, double LeastRoundTrip, double RetransmitRatio, int Connections);
