using System.Runtime.CompilerServices;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Monitoring;

/// <summary>
/// A node's health score, ∏(1 − taken) over its components. A harm component takes half where its signal stands at the threshold in force:
/// so the score falls below <see cref="Threshold"/> when, and before, flows are moved.
/// </summary>
internal struct NodeScore
{
    /// <summary>The health below which a node's flows leave.</summary>
    public const double Threshold = 0.5;

    private static readonly string[] Names = ["cpu", "memory", "latency", "errors", "connect", "saturation", "risk", "word"];

    private Parts _values;
    private Parts _taken;

    /// <summary>The product.</summary>
    public readonly double Value
    {
        get
        {
            var value = 1.0;
            for (var i = 0; i < Parts.Count; i++)
                value *= 1 - _taken[i];
            return value;
        }
    }

    /// <summary>Sets a component; what is unknown takes nothing away.</summary>
    public void Set(ScorePart part, double value, double taken)
    {
        _values[(int)part] = value;
        _taken[(int)part] = double.IsNaN(taken) ? 0 : Math.Clamp(taken, 0, 1);
    }

    /// <summary>What each component takes.</summary>
    public readonly ScoreComponent[] Components()
    {
        var components = new ScoreComponent[Parts.Count];
        for (var i = 0; i < components.Length; i++)
            components[i] = new ScoreComponent(Names[i], _values[i], Math.Round(_taken[i], 3));
        return components;
    }

    [InlineArray(Count)]
    private struct Parts
    {
        public const int Count = 8;
        private double _first;
    }
}

/// <summary>The components of a score.</summary>
internal enum ScorePart
{
    /// <summary>CPU utilisation.</summary>
    Cpu,

    /// <summary>Memory utilisation.</summary>
    Memory,

    /// <summary>Latency, or the share of very slow answers where that is worse.</summary>
    Latency,

    /// <summary>The share of failures.</summary>
    Errors,

    /// <summary>Failed connects.</summary>
    Connect,

    /// <summary>Requests in flight over what the node serves at once, or the application's own measure.</summary>
    Saturation,

    /// <summary>The probability of failure.</summary>
    Risk,

    /// <summary>Whether the node calls itself degraded: 1, or not: 0.</summary>
    Word,
}
