namespace ShadowProxy.Monitoring.Detection;

/// <summary>How unusual a node looks at a sample.</summary>
/// <param name="Score">The score: about how many standard deviations its most unusual signals are from normal.</param>
/// <param name="Threshold">The threshold in force for this node; NaN while the detector learns.</param>
/// <param name="OwnLevel">What the node's own score exceeds in one sample of a hundred.</param>
/// <param name="Signal">The most unusual signal, by its place among the signals.</param>
/// <param name="IsRaised">Whether an alarm is raised with this sample.</param>
/// <param name="IsActive">Whether an alarm stands and the score still is over the threshold.</param>
internal readonly record struct Anomaly(double Score, double Threshold, double OwnLevel, int Signal, bool IsRaised, bool IsActive)
{
    /// <summary>The score over the threshold in force, comparable among nodes; 0 while the detector learns.</summary>
    public double Ratio => double.IsNaN(Threshold) ? 0 : Score / Threshold;
}
