namespace ShadowProxy.Benchmarks.Scale;

/// <summary>What to measure.</summary>
/// <param name="Parts">In this order.</param>
/// <param name="Sizes">Flows in the tables, for <see cref="ScalePart.Sizes"/>.</param>
/// <param name="Signatures">New signatures of each flood, for <see cref="ScalePart.Flood"/>.</param>
internal sealed record ScaleOptions(IReadOnlyList<ScalePart> Parts, IReadOnlyList<int> Sizes, int Signatures);

/// <summary>A part of <c>scale</c>.</summary>
internal enum ScalePart
{
    /// <summary>A million flows beside other maps.</summary>
    Maps,

    /// <summary>Memory, cost and pauses at several sizes.</summary>
    Sizes,

    /// <summary>The longest waits while the tables grow, overflow and expire.</summary>
    Stalls,

    /// <summary>The trigger of an evacuation.</summary>
    Trigger,

    /// <summary>The monitor's tick with many nodes.</summary>
    Monitor,

    /// <summary>The anomaly detector with many nodes and signals.</summary>
    Detector,

    /// <summary>A flood of new signatures, as established flows see it.</summary>
    Flood,

    /// <summary>What open live pages cost.</summary>
    Pages,
}
