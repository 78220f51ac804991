namespace ShadowProxy.Telemetry;

/// <summary>The attributes of metrics and spans.</summary>
internal static class Tags
{
    /// <summary>A cluster's id.</summary>
    public const string Cluster = "shadowproxy.cluster";

    /// <summary>A destination's id.</summary>
    public const string Node = "shadowproxy.node";

    /// <summary>A node's state: <c>healthy</c>, <c>suspect</c>, …</summary>
    public const string State = "shadowproxy.state";

    /// <summary>Why: of a migration, of a second attempt, of its refusal.</summary>
    public const string Reason = "shadowproxy.reason";

    /// <summary>Whether nothing was done because the cluster's mode is Observe.</summary>
    public const string Observed = "shadowproxy.observed";

    /// <summary><c>hedge</c> or <c>replay</c>; of a span, <c>first</c> and <c>retry</c>, too.</summary>
    public const string Attempt = "shadowproxy.attempt";

    /// <summary>How it ended: <c>won</c> or <c>lost</c>, <c>hit</c> or <c>miss</c>.</summary>
    public const string Result = "shadowproxy.result";

    /// <summary>Whether the symptom that was forecast <c>came</c>, or <c>none</c> did.</summary>
    public const string Symptom = "shadowproxy.symptom";

    /// <summary>A component of a node's score.</summary>
    public const string Component = "shadowproxy.component";

    /// <summary>What told of a node's state: a source of readings.</summary>
    public const string Source = "shadowproxy.source";

    /// <summary><c>signature</c> or <c>shadow</c>.</summary>
    public const string Table = "shadowproxy.table";

    /// <summary>How an attempt failed (OpenTelemetry Semantic Conventions, <c>error.type</c>).</summary>
    public const string Error = "error.type";
}
