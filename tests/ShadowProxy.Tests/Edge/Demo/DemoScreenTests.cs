using ShadowProxy.Edge.Demo;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ShadowProxy.Tests.Edge.Demo;

public sealed class DemoScreenTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(140)]
    public void Draw_Evacuation_ShowsNodesEventsAndCounters(int width)
    {
        var lines = Draw(DemoScreen.Draw(Snapshots.Evacuation, width), width);

        var sick = Assert.Single(lines, line => line.StartsWith("backend-2", StringComparison.Ordinal));
        Assert.Contains("evacuating", sick, StringComparison.Ordinal);
        Assert.Contains("0.55", sick, StringComparison.Ordinal);
        Assert.Contains("25%", sick, StringComparison.Ordinal);
        Assert.Contains("cpu −0.40", sick, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("19.5 s", StringComparison.Ordinal) && line.Contains("38 flows left backend-2 [cpu]", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("requests 2400   failed 0   slow 7   in flight 3   p99 12 ms", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("20.0 s of 40 s", StringComparison.Ordinal));
    }

    [Fact]
    public void Draw_NoOrManyOrLongEvents_KeepsItsHeight()
    {
        var longest = Enumerable.Range(0, DemoFeed.Kept).Select(i => new DemoEvent(i, default, DemoTone.Bad, new string('x', 90) + " " + new string('y', 200)));

        var none = Draw(DemoScreen.Draw(Snapshots.Evacuation with { Events = [] }, 80), 80);
        var many = Draw(DemoScreen.Draw(Snapshots.Evacuation with { Events = [.. longest] }, 80), 80);

        Assert.Equal(none.Length, many.Length);
        Assert.All(many, line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Draw_FiguresUnknown_ShowsDashes()
    {
        var snapshot = Snapshots.Evacuation with { Nodes = [new DemoNode("backend-1", "healthy", DemoTone.Good)], FlowsMigrated = null };

        var line = Assert.Single(Draw(DemoScreen.Draw(snapshot, 80), 80), line => line.StartsWith("backend-1", StringComparison.Ordinal));

        Assert.DoesNotContain("NaN", line, StringComparison.Ordinal);
        Assert.Contains("–", line, StringComparison.Ordinal);
    }

    internal static string[] Draw(IRenderable picture, int width)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(picture);
        return [.. writer.ToString().Split('\n').Select(line => line.TrimEnd())];
    }
}
