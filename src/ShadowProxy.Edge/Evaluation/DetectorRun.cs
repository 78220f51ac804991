using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Edge.Evaluation;

/// <summary>The detector of the Flow Monitor over what was recorded of a node, as fast as it goes.</summary>
internal static class DetectorRun
{
    /// <summary>Goes through a recording.</summary>
    /// <param name="node">The recording; its history is learned from as live telemetry would be.</param>
    /// <param name="threshold">The score from which on the detector raises an alarm.</param>
    /// <returns>The alarms of the scored span, ascending.</returns>
    public static List<Alarm> Run(RecordedNode node, double threshold)
    {
        var detector = new NodeDetector(node.Signals, threshold);
        var alarms = new List<Alarm>();
        for (var i = 0; i < node.Times.Length; i++)
        {
            var seconds = node.Times[i];
            if (seconds >= node.To)
                break;
            var anomaly = detector.Observe(node.Sample(i), seconds);
            if (anomaly.IsRaised && seconds >= node.From)
                alarms.Add(new Alarm(seconds, anomaly.Score));
        }

        return alarms;
    }
}
