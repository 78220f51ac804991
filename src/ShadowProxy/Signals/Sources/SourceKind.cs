namespace ShadowProxy.Signals.Sources;

/// <summary>Where what is known of a node's state comes from.</summary>
internal enum SourceKind
{
    /// <summary>Load reports in the node's own answers to requests (ORCA in band).</summary>
    Answers,

    /// <summary>Load reports that are handed in at the operators' listener.</summary>
    Push,

    /// <summary>ORCA out of band: a stream of load reports over gRPC.</summary>
    Orca,

    /// <summary>Metrics in the text formats of Prometheus and OpenMetrics.</summary>
    Metrics,

    /// <summary>HAProxy's agent-check.</summary>
    AgentCheck,

    /// <summary>The gRPC health protocol.</summary>
    GrpcHealth,

    /// <summary>The probes.</summary>
    Probe,
}

/// <summary>The names of <see cref="SourceKind"/>s.</summary>
internal static class SourceKinds
{
    private static readonly string[] Names = ["answers", "push", "orca", "metrics", "agent-check", "grpc-health", "probe"];

    /// <summary>How many there are.</summary>
    public static int Count => Names.Length;

    /// <summary>The name in the admin API, the log and the metrics.</summary>
    public static string Name(this SourceKind kind) => Names[(int)kind];
}
