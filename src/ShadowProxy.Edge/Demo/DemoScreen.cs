using System.Globalization;
using ShadowProxy.Edge.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ShadowProxy.Edge.Demo;

/// <summary>Draws a snapshot for a terminal.</summary>
internal static class DemoScreen
{
    private const int ProgressWidth = 24;
    private const int TimeWidth = 8;
    private const int LeastTakenWidth = 12;
    private const int WideFrom = 110;

    /// <summary>The whole picture; always of the same height.</summary>
    /// <param name="snapshot">What to show.</param>
    /// <param name="width">The terminal's width; made for 80 columns and more.</param>
    public static IRenderable Draw(DemoSnapshot snapshot, int width) => new Rows(
        Title(snapshot),
        Line(snapshot.Description, DemoTone.Neutral, width),
        new Text(" "),
        Nodes(snapshot.Nodes, width),
        new Text(" "),
        Events(snapshot.Events, width),
        Counters(snapshot),
        Progress(snapshot));

    private static Rule Title(DemoSnapshot snapshot)
    {
        var proxy = Markup.Escape(snapshot.Proxy);
        var scenario = Markup.Escape(snapshot.Scenario);
        return new Rule($"[bold]{proxy}[/] at {snapshot.Address.Authority}, scenario [bold]{scenario}[/]").LeftJustified();
    }

    private static Table Nodes(IReadOnlyList<DemoNode> nodes, int width)
    {
        var stateWidth = width < WideFrom ? 11 : 30;
        var table = Cells.Columns(
            ("Node", 10), ("State", stateWidth), ("Score", 6), ("Admitted", Cells.BarWidth + 6),
            ("Busy", 5), ("ms", 7), ("Req/s", 6), ("Flows", 6));
        var takenWidth = Math.Max(LeastTakenWidth, width - table.Columns.Sum(column => column.Width ?? 0));
        table.AddColumn(Cells.Column("Takes points", takenWidth));
        foreach (var node in nodes)
        {
            var explained = width >= WideFrom && node.Reason.Length > 0;
            table.AddRow(
                new Text(node.Name),
                Line(explained ? $"{node.State}: {node.Reason}" : node.State, node.Tone, stateWidth),
                Cells.Number(node.Score, "0.00"),
                Cells.Share(node.AdmittedShare),
                Cells.Number(node.InFlight, "0"),
                Cells.Number(node.LatencyMs, "0.0"),
                Cells.Number(node.RequestRate, "0"),
                Cells.Number(node.Flows ?? double.NaN, "0"),
                Line(string.Join("  ", node.Taken), DemoTone.Neutral, takenWidth));
        }
        return table;
    }

    private static Table Events(IReadOnlyList<DemoEvent> events, int width)
    {
        var table = Cells.Columns(("", TimeWidth), ("", width - TimeWidth)).HideHeaders();
        foreach (var happened in events)
            table.AddRow(Line(Seconds(happened.At), DemoTone.Neutral, TimeWidth), Line(happened.Text, happened.Tone, width - TimeWidth));
        for (var row = events.Count; row < DemoFeed.Kept; row++)
            table.AddRow(" ", " ");
        return table;
    }

    private static Markup Counters(DemoSnapshot snapshot)
    {
        var load = snapshot.Load;
        var moved = snapshot.FlowsMigrated is { } flows ? $"   flows moved [bold]{flows}[/]" : "";
        var p99 = load.P99Ms is { } value ? value.ToString("0", CultureInfo.InvariantCulture) : "–";
        return new Markup(
            $"requests [bold]{load.Requests}[/]   failed {Count(load.Failed, "red")}   slow {Count(load.Slow, "yellow")}"
            + $"   in flight {load.InFlight}   p99 {p99} ms{moved}")
            .Overflow(Overflow.Ellipsis);
    }

    private static Markup Progress(DemoSnapshot snapshot)
    {
        var done = Math.Min(1, snapshot.Load.Elapsed / snapshot.Duration);
        return new Markup($"[blue]{Cells.Bar(done, ProgressWidth)}[/] {Seconds(snapshot.Load.Elapsed)} of {snapshot.Duration.TotalSeconds:0} s");
    }

    private static string Count(long count, string color) => count == 0 ? "[green]0[/]" : $"[bold {color}]{count}[/]";

    private static Text Line(string text, DemoTone tone, int width) => Cells.Line(text, ColorOf(tone), width);

    private static Color ColorOf(DemoTone tone) => tone switch
    {
        DemoTone.Good => Color.Green,
        DemoTone.Caution => Color.Yellow,
        DemoTone.Bad => Color.Red,
        _ => Color.Grey,
    };

    private static string Seconds(TimeSpan at) => string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0.0} s");
}
