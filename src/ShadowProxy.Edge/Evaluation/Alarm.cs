namespace ShadowProxy.Edge.Evaluation;

/// <summary>An alarm that the detector raised.</summary>
/// <param name="Seconds">When, in the recording's seconds.</param>
/// <param name="Score">The score that raised it.</param>
internal readonly record struct Alarm(double Seconds, double Score);
