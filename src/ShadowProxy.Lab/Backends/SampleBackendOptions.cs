using System.Net;

namespace ShadowProxy.Lab.Backends;

/// <summary>How a sample backend runs.</summary>
public sealed record SampleBackendOptions
{
    /// <summary>Its name, in its answers and in the header <c>X-Backend</c>. Default <c>backend</c>.</summary>
    public string Name { get; init; } = "backend";

    /// <summary>Where it listens. Default 127.0.0.1; in a container, 0.0.0.0.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port there; 0 (default) = any free one.</summary>
    public int Port { get; init; }

    /// <summary>Port on 127.0.0.1 where it answers HAProxy's <c>agent-check</c>; null (default) = nowhere.</summary>
    public int? AgentPort { get; init; }

    /// <summary>
    /// How long at most it waits, once told to stop, for its flows to leave; it announces that it stops. Default 0: it stops at once.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; }

    /// <summary>Speak HTTP/2 without TLS (h2c), and nothing else. Default false: HTTP/1.1.</summary>
    public bool Http2 { get; init; }

    /// <summary>Median time in which it answers, in milliseconds, 0 and up. Default 3.</summary>
    public double DelayMs { get; init; } = Faults.FaultScript.ServiceMs;

    /// <summary>Seed of its service times and faults, until a scenario brings its own. Default 1.</summary>
    public int Seed { get; init; } = 1;
}
