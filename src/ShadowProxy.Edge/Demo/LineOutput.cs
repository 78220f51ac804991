namespace ShadowProxy.Edge.Demo;

/// <summary>A plain line a second, and one for each event, for pipes and logs.</summary>
internal sealed class LineOutput(TextWriter writer) : IDemoOutput
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<DemoResult> ShowAsync(Func<Action<DemoSnapshot>, Task<DemoResult>> run)
    {
        var written = new Dictionary<int, string>();
        var next = TimeSpan.Zero;
        return await run(snapshot =>
        {
            if (snapshot.Load.Elapsed < next)
                return;
            if (next == TimeSpan.Zero)
                writer.WriteLine($"{snapshot.Proxy} at {snapshot.Address}, scenario {snapshot.Scenario}: {snapshot.Description}");
            next += LineEvery;
            foreach (var happened in snapshot.Events.Reverse().Where(e => written.GetValueOrDefault(e.Id) != e.Text))
            {
                writer.WriteLine(DemoText.Write(happened));
                written[happened.Id] = happened.Text;
            }
            writer.WriteLine(DemoText.Write(snapshot));
        });
    }
}
