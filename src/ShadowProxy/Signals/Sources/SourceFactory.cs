using ShadowProxy.Configuration;

namespace ShadowProxy.Signals.Sources;

/// <summary>Makes sources by their settings. Thread-safe.</summary>
internal sealed class SourceFactory(TimeProvider time)
{
    /// <summary>Makes a source for one node.</summary>
    public ISignalSource Create(SourceSettings settings) => settings switch
    {
        OrcaSettings orca => new OrcaStream(orca, time),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings, null),
    };
}
