namespace ShadowProxy.Monitoring.Detection;

/// <summary>A signal that the detector watches.</summary>
/// <param name="Name">As logs and the API spell it.</param>
/// <param name="Family">What it speaks of.</param>
/// <param name="Floor">The least standard deviation that is assumed, in units of the square root: smaller moves say nothing.</param>
/// <param name="RisesOnly">True where a fall is good news, and never counts.</param>
internal sealed record DetectorSignal(string Name, SignalFamily Family, double Floor = DetectorSignal.ShareFloor, bool RisesOnly = false)
{
    /// <summary>The floor for signals that go from 0 to 1.</summary>
    public const double ShareFloor = 0.025;
}
