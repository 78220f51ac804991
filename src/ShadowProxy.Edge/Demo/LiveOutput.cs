using Spectre.Console;

namespace ShadowProxy.Edge.Demo;

/// <summary>A picture that is drawn anew in its place, for a terminal.</summary>
internal sealed class LiveOutput(IAnsiConsole console) : IDemoOutput
{
    /// <inheritdoc/>
    public Task<DemoResult> ShowAsync(Func<Action<DemoSnapshot>, Task<DemoResult>> run) =>
        console.Live(new Text("Starting the backends and the proxy …"))
            .Overflow(VerticalOverflow.Crop)
            .Cropping(VerticalOverflowCropping.Bottom)
            .StartAsync(live => run(snapshot => live.UpdateTarget(DemoScreen.Draw(snapshot, console.Profile.Width))));
}
