using ShadowProxy.Prediction;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>What speaks against a node at one tick.</summary>
internal readonly record struct Verdict
{
    /// <summary>A fact that needs no further evidence: the node does not answer.</summary>
    public Evidence? Dead { get; init; }

    /// <summary>Users are served worse than by its peers, and than it used to.</summary>
    public Evidence? Harm { get; init; }

    /// <summary>It is forecast to get there.</summary>
    public Evidence? Risk { get; init; }

    /// <summary>It looks unusual, without harm.</summary>
    public Evidence? Anomaly { get; init; }

    /// <summary>What is foreseen, whether or not it suffices.</summary>
    public Forecast Forecast { get; init; }

    /// <summary>How it scores.</summary>
    public NodeScore Score { get; init; }

    /// <summary>Whether anything speaks against it that moves flows.</summary>
    public bool IsAgainst => Dead is not null || Harm is not null || Risk is not null;

    /// <summary>The facts, the gravest first.</summary>
    public IReadOnlyList<Evidence> Evidence =>
        Dead is null && Harm is null && Risk is null && Anomaly is null ? [] : [.. new[] { Dead, Harm, Risk, Anomaly }.OfType<Evidence>()];
}
