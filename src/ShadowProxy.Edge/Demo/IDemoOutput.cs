namespace ShadowProxy.Edge.Demo;

/// <summary>Where snapshots go.</summary>
internal interface IDemoOutput
{
    /// <summary>Carries a run out, and shows the snapshots that it hands over.</summary>
    Task<DemoResult> ShowAsync(Func<Action<DemoSnapshot>, Task<DemoResult>> run);
}
