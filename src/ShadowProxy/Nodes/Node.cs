using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ShadowProxy.Signals;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Nodes;

/// <summary>
/// A backend that serves flows: a YARP destination with its weight, its place, its traffic and its published health. One object for as
/// long as id and address stay, across reloads.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="Health"/> is an immutable snapshot that the Flow Monitor alone replaces; counters are interlocked;
/// <see cref="Settings"/> is swapped whole when the configuration reloads.
/// </remarks>
internal sealed class Node
{
    /// <summary>More than any <see cref="Nearness"/>.</summary>
    private const int WithoutRoom = 1 << 16;

    private readonly Uri? _uri;
    private NodeHealth _health = NodeHealth.Unknown;
    private NodeSettings _settings;
    private long _flows;
    private PaddedLong _begun;
    private PaddedLong _ended;
    private OperatorWish _wish;
    private double _sparedUntil = double.NegativeInfinity;
    private int _connectClass;
    private double _forecastsMutedUntil = double.NegativeInfinity;
    private uint _failbackAsked;

    public Node(string cluster, string id, string address, NodeSettings settings, NodeRef reference, DestinationState destination)
    {
        Cluster = cluster;
        Id = id;
        Address = address;
        Ref = reference;
        Destination = destination;
        _ = Uri.TryCreate(address, UriKind.Absolute, out _uri);
        _settings = settings;
        Hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes($"{cluster}\0{id}".AsSpan()));
    }

    /// <summary>The cluster's id.</summary>
    public string Cluster { get; }

    /// <summary>The destination's id.</summary>
    public string Id { get; }

    /// <summary>The destination's address.</summary>
    public string Address { get; }

    /// <summary>How the tables refer to it.</summary>
    public NodeRef Ref { get; }

    /// <summary>A hash of cluster and id, the same in every replica of the proxy.</summary>
    public ulong Hash { get; }

    /// <summary>The YARP destination.</summary>
    public DestinationState Destination { get; }

    /// <summary>Weight, limits, place.</summary>
    public NodeSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set => Volatile.Write(ref _settings, value);
    }

    /// <summary>
    /// How near it is to the proxy: by the layer that their places say, and beyond the proxy's zone by the time that a connect takes. The
    /// lower, the nearer.
    /// </summary>
    public int Nearness => (Settings.Layer << 4) + (Settings.Layer > Place.SameZone ? ConnectClass : 0);

    /// <summary>How far a flow has to go that comes anew or moves: <see cref="Nearness"/>, and behind all that have room where it has none.</summary>
    public int Distance => Nearness + (Health.HasRoom ? 0 : WithoutRoom);

    /// <summary>The class of its connect time, see <see cref="ConnectTime"/>.</summary>
    public int ConnectClass
    {
        get => Volatile.Read(ref _connectClass);
        set => Volatile.Write(ref _connectClass, value);
    }

    /// <summary>What the monitor last made of it.</summary>
    public NodeHealth Health
    {
        get => Volatile.Read(ref _health);
        set => Volatile.Write(ref _health, value);
    }

    /// <summary>The outcomes of its requests.</summary>
    public NodeTraffic Traffic { get; } = new();

    /// <summary>The span of the last change of its state; null where nobody listens.</summary>
    public Activity? Decision { get; set; }

    /// <summary>All that tells of its state besides.</summary>
    public NodeSources Sources { get; } = new();

    /// <summary>How many requests it takes at once, by its configuration and by what it says itself; null where neither tells.</summary>
    public int? MaxConcurrentRequests =>
        Sources.MaxConcurrentRequests is { } said ? Math.Min(said, Settings.MaxConcurrentRequests ?? said) : Settings.MaxConcurrentRequests;

    /// <summary>Some of the connections to it.</summary>
    public NodeConnections Connections { get; } = new();

    /// <summary>What the prober last found.</summary>
    public ProbeHistory Probes { get; } = new();

    /// <summary>Its record of past symptoms and evacuations.</summary>
    public NodeHistory History { get; } = new();

    /// <summary>What it takes over from others.</summary>
    public NodeIntake Intake { get; } = new();

    /// <summary>Ends what stays on it too long after its flows have left.</summary>
    public NodeDrain Drain { get; } = new();

    /// <summary>Where its flows went in its last evacuation.</summary>
    public NodeDepartures Departures { get; } = new();

    /// <summary>Attempts whose answer is overdue.</summary>
    public StrandedAttempts Stranded { get; } = new();

    /// <summary>Requests forwarded to it since the start.</summary>
    public long Requests => Volatile.Read(ref _begun.Value);

    /// <summary>Requests forwarded to it and not yet ended.</summary>
    public int InFlight
    {
        get
        {
            var ended = Volatile.Read(ref _ended.Value);
            return (int)(Volatile.Read(ref _begun.Value) - ended);
        }
    }

    /// <summary>Flows whose primary it is.</summary>
    public long Flows => Volatile.Read(ref _flows);

    /// <summary>A request is forwarded to it.</summary>
    public void BeginRequest() => Interlocked.Increment(ref _begun.Value);

    /// <summary>A request that was forwarded to it is over.</summary>
    public void EndRequest() => Interlocked.Increment(ref _ended.Value);

    /// <summary>The node has asked for no new flows until then, by the monitor's time; its latest word counts.</summary>
    public double SparedUntil
    {
        get => Volatile.Read(ref _sparedUntil);
        set => Volatile.Write(ref _sparedUntil, value);
    }

    /// <summary>An operator wants no forecast to move its flows until then, by the monitor's time.</summary>
    public double ForecastsMutedUntil
    {
        get => Volatile.Read(ref _forecastsMutedUntil);
        set => Volatile.Write(ref _forecastsMutedUntil, value);
    }

    /// <summary>When an operator last asked that flows whose home it is return, by the tables' clock; 0 = never.</summary>
    public uint FailbackAsked
    {
        get => Volatile.Read(ref _failbackAsked);
        set => Volatile.Write(ref _failbackAsked, value);
    }

    /// <summary>Whether its address has the host and the port.</summary>
    public bool IsAt(string host, int port) => _uri is not null && _uri.Port == port && _uri.IdnHost.Equals(host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Counts a flow in (+1) or out (−1).</summary>
    public void AddFlow(int change) => Interlocked.Add(ref _flows, change);

    /// <summary>Takes in a load report of one of its answers.</summary>
    public void Accept(LoadReport report, long timestamp) => Sources.Answers.Report(report, timestamp);

    /// <summary>An operator wants something of the node; the monitor carries it out at its next tick.</summary>
    public void Wish(OperatorWish wish) => Interlocked.Exchange(ref _wish, wish);

    /// <summary>Takes the operator's wish, once.</summary>
    public OperatorWish TakeWish() => _wish == OperatorWish.None ? OperatorWish.None : Interlocked.Exchange(ref _wish, OperatorWish.None);

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster}/{Id}";
}
