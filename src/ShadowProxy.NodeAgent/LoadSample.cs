namespace ShadowProxy.NodeAgent;

/// <summary>How full a node is now. NaN = unknown, and left out of the report.</summary>
/// <param name="Cpu">CPU in use over CPU available, 0 and up.</param>
/// <param name="Memory">Memory in use over memory available, 0 to 1.</param>
/// <param name="Application">The application's own measure of how full it is, 0 and up.</param>
public readonly record struct LoadSample(double Cpu, double Memory, double Application = double.NaN)
{
    /// <summary>Nothing known.</summary>
    public static LoadSample Unknown { get; } = new(double.NaN, double.NaN);
}
