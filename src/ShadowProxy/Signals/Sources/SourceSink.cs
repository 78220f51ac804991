using Microsoft.Extensions.Logging;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Signals.Sources;

/// <summary>Takes what a source hears of a node. Thread-safe.</summary>
/// <param name="node">The node.</param>
/// <param name="readings">Where it is kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where trouble is told.</param>
internal sealed class SourceSink(Node node, SourceReadings readings, TimeProvider time, ILogger logger)
{
    private const int LongestError = 200;

    /// <summary>Reports and words so far.</summary>
    public long Heard => readings.Heard;

    /// <summary>A load report.</summary>
    public void Report(LoadReport report) => readings.Report(report, time.GetTimestamp());

    /// <summary>A word. One that stands is said again at each interval: a source that says nothing is stale.</summary>
    public void Say(NodeWord word) => readings.Say(word, time.GetTimestamp());

    /// <summary>Nonsense, and what is wrong with it.</summary>
    public void Reject(string error)
    {
        readings.Reject(Short(error), time.GetTimestamp());
        ShadowingLog.SourceRejected(logger, node.Cluster, node.Id, readings.Kind.Name(), Short(error));
    }

    /// <summary>It cannot be heard, and why.</summary>
    public void Fail(string error)
    {
        if (readings.Fail(Short(error)))
            ShadowingLog.SourceFailed(logger, node.Cluster, node.Id, readings.Kind.Name(), Short(error));
    }

    /// <summary>How often the source speaks, where it turns out to be another interval than was asked for.</summary>
    public void Expect(TimeSpan interval) => readings.Expect(interval);

    private static string Short(string error) => error.Length <= LongestError ? error : error[..LongestError] + "…";
}
