namespace ShadowProxy.Signals.Sources;

/// <summary>
/// A load signal as all sources of a node give it together: the highest of what those say that are not stale, for a report can only lower a
/// score, and a source that fell silent must not hide what another says.
/// </summary>
/// <param name="Value">The value; NaN where none is given.</param>
/// <param name="Version">Changes with every report that gives it.</param>
/// <param name="Givers">Which sources give it, a bit each.</param>
internal readonly record struct LoadSignal(double Value, long Version, int Givers)
{
    /// <summary>Given by none.</summary>
    public static LoadSignal Unknown => new(double.NaN, 0, 0);

    /// <summary>With what a further source gives; NaN gives nothing.</summary>
    public LoadSignal With(double value, SourceKind giver, long version) => double.IsNaN(value)
        ? this
        : new(double.IsNaN(Value) ? value : Math.Max(Value, value), Version + version, Givers | (1 << (int)giver));
}

/// <summary>What a node's sources say of its load, together.</summary>
/// <param name="Cpu">CPU in use over CPU available.</param>
/// <param name="Memory">Memory in use over memory available.</param>
/// <param name="Application">The application's own measure of how full it is.</param>
/// <param name="Latency">The node's own mean time to answer, seconds.</param>
internal readonly record struct ReportedLoad(LoadSignal Cpu, LoadSignal Memory, LoadSignal Application, LoadSignal Latency)
{
    /// <summary>Nothing is known.</summary>
    public static ReportedLoad Unknown => new(LoadSignal.Unknown, LoadSignal.Unknown, LoadSignal.Unknown, LoadSignal.Unknown);

    /// <summary>With a further source's report.</summary>
    public ReportedLoad With(LoadReport report, SourceKind giver, long version) => new(
        Cpu.With(report.CpuUtilization, giver, version),
        Memory.With(report.MemoryUtilization, giver, version),
        Application.With(report.ApplicationUtilization, giver, version),
        Latency.With(report.LatencySeconds, giver, version));
}
