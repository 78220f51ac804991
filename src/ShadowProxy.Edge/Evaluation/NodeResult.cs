namespace ShadowProxy.Edge.Evaluation;

/// <summary>What the detector did on a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Figures">How its alarms met the incidents.</param>
/// <param name="Alarms">The alarms, ascending.</param>
/// <param name="Delays">For each incident, the seconds from its start to its first alarm; NaN where there was none.</param>
internal sealed record NodeResult(string Node, AlarmFigures Figures, IReadOnlyList<Alarm> Alarms, IReadOnlyList<double> Delays);
