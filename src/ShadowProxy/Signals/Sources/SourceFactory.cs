using ShadowProxy.Configuration;
using ShadowProxy.Signals.Metrics;

namespace ShadowProxy.Signals.Sources;

/// <summary>Makes sources by their settings. Thread-safe.</summary>
internal sealed class SourceFactory(TimeProvider time, RandomSource random)
{
    /// <summary>Makes a source for one node.</summary>
    public ISignalSource Create(SourceSettings settings) => settings switch
    {
        OrcaSettings orca => new OrcaStream(orca, time),
        MetricsSettings metrics => new MetricsScrape(metrics, new MetricMapping(metrics), time, random),
        AgentCheckSettings agent => new AgentCheckSource(agent, time, random),
        GrpcHealthSettings health => new GrpcHealthSource(health, time),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings, null),
    };
}
