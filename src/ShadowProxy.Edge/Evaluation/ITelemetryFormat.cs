namespace ShadowProxy.Edge.Evaluation;

/// <summary>A way in which telemetry is recorded in a directory.</summary>
internal interface ITelemetryFormat
{
    /// <summary>How <c>--format</c> calls it.</summary>
    string Name { get; }

    /// <summary>Reads the nodes of a directory, one after the other.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>The nodes in the directory's order, each read when it is asked for.</returns>
    /// <exception cref="TelemetryException">A file is absent, or is not as the format has it.</exception>
    IEnumerable<RecordedNode> Read(string directory);
}
