using ShadowProxy.Edge.Demo;
using ShadowProxy.Lab.Load;
using ShadowProxy.Lab.Summary;

namespace ShadowProxy.Tests.Edge.Demo;

public sealed class LineOutputTests
{
    [Fact]
    public async Task ShowAsync_FourSnapshotsASecond_OneLineASecondAndEachEventOnce()
    {
        var writer = new StringWriter();
        var result = new DemoResult("ShadowProxy", new LoadStatus(), RunSummary.Of("degrade", 1, new LoadStatus(), null, null, []));

        await new LineOutput(writer).ShowAsync(show =>
        {
            for (var quarter = 0; quarter <= 8; quarter++)
                show(Snapshots.Evacuation with { Load = Snapshots.Evacuation.Load with { Elapsed = TimeSpan.FromSeconds(quarter / 4.0) } });
            return Task.FromResult(result);
        });

        var lines = writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Count(line => line.Contains("2400 requests", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.Contains("38 flows left backend-2", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("[backend-2 evacuating (predicted), score 0.55, admitted 25%]", StringComparison.Ordinal));
    }
}
