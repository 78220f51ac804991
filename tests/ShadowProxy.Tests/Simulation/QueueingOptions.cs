using ShadowProxy.Configuration;

namespace ShadowProxy.Tests.Simulation;

/// <summary>By what the proxy knows how much its nodes can bear.</summary>
public enum Knowledge
{
    /// <summary>Their limits are configured.</summary>
    Limits,

    /// <summary>They report how busy they are.</summary>
    Reports,

    /// <summary>By nothing but their answers.</summary>
    Answers,
}

/// <summary>A cluster under load, of which one node becomes slow.</summary>
internal sealed record QueueingOptions
{
    public required int Seed { get; init; }

    public int Nodes { get; init; } = 4;

    /// <summary>The part of each node that is busy while all are well.</summary>
    public double Load { get; init; } = 0.6;

    public Knowledge Knowledge { get; init; }

    /// <summary>Requests that a node serves at once.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>How many times as long the first node's service takes while it is sick.</summary>
    public double Slower { get; init; } = 4;

    /// <summary>Sessions that a node has at first.</summary>
    public int SessionsPerNode { get; init; } = 50;

    /// <summary>Requests a second that a node gets at first.</summary>
    public double RatePerNode { get; init; } = 30;

    /// <summary>So many sessions end and as many begin, a second.</summary>
    public double NewSessionsPerSecond { get; init; }

    public FailbackMode Failback { get; init; } = FailbackMode.Never;

    /// <summary>The layers of the nodes; all in one where left out.</summary>
    public IReadOnlyList<int>? Layers { get; init; }
}
