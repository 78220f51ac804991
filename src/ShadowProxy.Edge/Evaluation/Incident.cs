namespace ShadowProxy.Edge.Evaluation;

/// <summary>A time in which operators saw a node in trouble.</summary>
/// <param name="Start">Its first sample, in the recording's seconds.</param>
/// <param name="End">Its last sample.</param>
internal readonly record struct Incident(double Start, double End)
{
    /// <summary>Whether a time lies in it.</summary>
    public bool Contains(double seconds) => seconds >= Start && seconds <= End;
}
