namespace ShadowProxy.Edge.Evaluation;

/// <summary>Recorded telemetry that cannot be read: says in which file and line, and what was expected there.</summary>
/// <param name="file">The file.</param>
/// <param name="line">The line, from 1; 0 where it is the file as a whole.</param>
/// <param name="expected">What was expected, and what stands there.</param>
/// <param name="cause">What the reader met, where that tells more.</param>
internal sealed class TelemetryException(string file, int line, string expected, Exception? cause = null)
    : Exception(line > 0 ? $"{file}:{line}: {expected}" : $"{file}: {expected}", cause);
