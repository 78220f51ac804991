using System.Globalization;
using System.Text.Json;
using ShadowProxy.Edge.Terminal;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ShadowProxy.Edge.Top;

/// <summary>Draws a snapshot.</summary>
internal static class TopScreen
{
    private const int EventsShown = 8;
    private const int TimeWidth = 10;
    private const int LeastTakenWidth = 12;

    /// <summary>The whole picture.</summary>
    /// <param name="snapshot">What to show; null before the proxy was first reached.</param>
    /// <param name="sort">By what nodes are sorted.</param>
    /// <param name="width">How wide the terminal is.</param>
    /// <param name="problem">Why there is nothing newer; null where there is.</param>
    /// <param name="keys">What keys do; null where there are none.</param>
    public static IRenderable Draw(TopSnapshot? snapshot, TopSort sort, int width, string? problem, string? keys)
    {
        var rows = new List<IRenderable>();
        if (snapshot is not null)
        {
            rows.Add(Title(snapshot));
            rows.Add(Nodes(snapshot, sort, width));
            rows.AddRange(snapshot.Evacuations.Select(evacuation => Cells.Line(Describe(evacuation), Color.Yellow, width)));
            rows.Add(new Text(" "));
            rows.Add(Events(snapshot.Events, width));
        }

        if (problem is not null)
            rows.Add(Cells.Line(problem, Color.Red, width));
        if (keys is not null)
            rows.Add(Cells.Line(keys, Color.Grey, width));
        return new Rows(rows);
    }

    private static Text Title(TopSnapshot snapshot)
    {
        var status = snapshot.Status;
        return new Text(string.Create(CultureInfo.InvariantCulture,
            $"ShadowProxy {status.Version} at {snapshot.Url.Authority}, {snapshot.At:HH:mm:ss} UTC: {snapshot.Nodes.Count} nodes, {status.Flows} flows, {status.MigratedFlows} moved since the start"));
    }

    private static Table Nodes(TopSnapshot snapshot, TopSort sort, int width)
    {
        var name = Math.Clamp(snapshot.Nodes.Select(node => Name(node).Length + 2).DefaultIfEmpty(0).Max(), 8, 32);
        var table = Cells.Columns(
            ("Node", name), ("State", 22), ("Score", 7), ("Admitted", Cells.BarWidth + 6), ("Flows", 8), ("Busy", 6), ("ms", 8), ("Errors", 8), ("Req/s", 8));
        var taken = Math.Max(LeastTakenWidth, width - table.Columns.Sum(column => column.Width ?? 0));
        table.AddColumn(Cells.Column("Takes points", taken));
        foreach (var node in snapshot.Sorted(sort))
        {
            table.AddRow(
                Cells.Line(Name(node), Color.Default, name),
                Cells.Line(State(node), ColorOf(node.State), 22),
                Cells.Number(node.Score, "0.00"),
                Cells.Share(node.AdmittedShare),
                Cells.Number(node.Flows, "0"),
                Cells.Number(node.InFlight, "0"),
                Cells.Number(node.LatencyMs, "0.0"),
                Cells.Number(node.ErrorRate, "0.0%"),
                Cells.Number(node.RequestRate, "0.0"),
                Cells.Line(Taken(node), Color.Grey, taken));
        }

        return table;
    }

    private static Table Events(IReadOnlyList<ShadowingEvent> events, int width)
    {
        var table = Cells.Columns(("", TimeWidth), ("", Math.Max(TimeWidth, width - TimeWidth))).HideHeaders();
        foreach (var happened in events.Take(EventsShown))
        {
            var text = happened is { Node: { } node, From: { } from, To: { } to } ? $"{node}: {Words(from)} → {Words(to)}: {happened.Text}" : happened.Text;
            var color = Enum.TryParse<NodeState>(happened.To, ignoreCase: true, out var state) ? ColorOf(state) : Color.Yellow;
            table.AddRow(
                Cells.Line(happened.Time.ToString("HH:mm:ss", CultureInfo.InvariantCulture), Color.Grey, TimeWidth),
                Cells.Line(text, color, Math.Max(TimeWidth, width - TimeWidth)));
        }

        return table;
    }

    private static string Describe(EvacuationStatus evacuation)
    {
        var to = string.Join(", ", evacuation.Targets.Select(target => $"{target.Key} {target.Value}"));
        var moved = evacuation.Observed ? "would have left" : "left";
        return string.Create(CultureInfo.InvariantCulture,
            $"{evacuation.Cluster}/{evacuation.Node} {Words(evacuation.State.ToString())} ({Words(evacuation.Reason.ToString())}): admits {evacuation.AdmittedShare:0%}, ")
            + $"{evacuation.FlowsMoved} flows {moved}{(to.Length > 0 ? $" ({to})" : "")}, {evacuation.FlowsLeft} there";
    }

    private static string Name(NodeStatus node) => $"{node.Cluster}/{node.Node}";

    private static string State(NodeStatus node) =>
        Words(node.State.ToString()) + (node.Reason == MigrationReason.None ? "" : $" {Words(node.Reason.ToString())}");

    private static string Taken(NodeStatus node) => string.Join("  ", node.Components
        .Where(component => component.Taken >= 0.005)
        .OrderByDescending(component => component.Taken)
        .Select(component => string.Create(CultureInfo.InvariantCulture, $"{component.Name} −{component.Taken:0.00}")));

    private static Color ColorOf(NodeState state) => state switch
    {
        NodeState.Healthy => Color.Green,
        NodeState.Evacuated => Color.Red,
        _ => Color.Yellow,
    };

    private static string Words(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
