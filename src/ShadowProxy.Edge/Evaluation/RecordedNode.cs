using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Edge.Evaluation;

/// <summary>What was recorded of one node, and what its operators saw.</summary>
internal sealed class RecordedNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its signals, in the order of the values.</summary>
    public required IReadOnlyList<DetectorSignal> Signals { get; init; }

    /// <summary>When the samples were taken, in seconds, ascending.</summary>
    public required double[] Times { get; init; }

    /// <summary>The values, sample by sample; NaN = unknown.</summary>
    public required float[] Values { get; init; }

    /// <summary>The first scored time; what is before is history, taken as normal.</summary>
    public required double From { get; init; }

    /// <summary>The end of the scored time, not itself scored.</summary>
    public required double To { get; init; }

    /// <summary>The incidents of the scored time, by start.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    /// <summary>The values of a sample.</summary>
    public ReadOnlySpan<float> Sample(int index) => Values.AsSpan(index * Signals.Count, Signals.Count);
}
