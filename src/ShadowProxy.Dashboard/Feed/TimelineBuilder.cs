using ShadowProxy.Migration;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>Makes the time line of events and migrations. Flows that leave one node for one reason, one soon after the other, are one entry.</summary>
internal sealed class TimelineBuilder
{
    private const int Shown = 60;
    private const string StateChanged = "shadowproxy.node.state_changed";
    private const string Panic = "shadowproxy.cluster.panic";

    private static readonly TimeSpan Together = TimeSpan.FromSeconds(5);

    private ShadowingEvent? _lastEvent;
    private MigrationRecord? _lastMigration;
    private IReadOnlyList<TimelineEntry> _entries = [];

    /// <summary>The time line, newest first; the same list where nothing came.</summary>
    /// <param name="events">Newest first.</param>
    /// <param name="migrations">Newest first.</param>
    public IReadOnlyList<TimelineEntry> Build(IReadOnlyList<ShadowingEvent> events, IReadOnlyList<MigrationRecord> migrations)
    {
        var (lastEvent, lastMigration) = (events.Count > 0 ? events[0] : null, migrations.Count > 0 ? migrations[0] : null);
        if (ReferenceEquals(lastEvent, _lastEvent) && ReferenceEquals(lastMigration, _lastMigration))
            return _entries;
        (_lastEvent, _lastMigration) = (lastEvent, lastMigration);
        var known = _entries.ToDictionary(entry => (entry.Id, entry.Flows.Count));
        return _entries =
        [
            .. events.Take(Shown).Select(Of)
                .Concat(Group(migrations).Select(flows => Of(flows, events)))
                .OrderByDescending(entry => entry.Time)
                .Take(Shown)
                .Select(entry => known.GetValueOrDefault((entry.Id, entry.Flows.Count), entry)),
        ];
    }

    private static List<List<MigrationRecord>> Group(IReadOnlyList<MigrationRecord> migrations)
    {
        var groups = new List<List<MigrationRecord>>();
        var open = new Dictionary<(string Cluster, string From, MigrationReason Reason, bool Observed), List<MigrationRecord>>();
        foreach (var move in migrations)
        {
            var key = (move.Cluster, move.From, move.Reason, move.Observed);
            if (open.TryGetValue(key, out var group) && group[^1].Time - move.Time <= Together)
            {
                group.Add(move);
            }
            else
            {
                open[key] = [move];
                groups.Add(open[key]);
            }
        }

        return groups;
    }

    private static TimelineEntry Of(ShadowingEvent happened) => new()
    {
        Id = $"e{happened.Id}",
        Time = happened.Time,
        Tone = happened.Name == Panic ? "evacuated" : happened.To?.ToLowerInvariant() ?? "",
        Title = happened.Name switch
        {
            StateChanged => $"{happened.Node}: {happened.From} → {happened.To}",
            Panic => $"{happened.Node} stays: the cluster cannot bear to lose it",
            _ => happened.Text,
        },
        Subtitle = Where(happened.Cluster, happened.Reason),
        Text = happened.Text,
        Evidence = happened.Evidence,
        Flows = [],
    };

    private static TimelineEntry Of(List<MigrationRecord> flows, IReadOnlyList<ShadowingEvent> events)
    {
        var (last, first) = (flows[0], flows[^1]);
        var targets = flows.CountBy(move => move.To).OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} to {pair.Key}");
        return new()
        {
            Id = $"m{first.Id}",
            Time = last.Time,
            Tone = last.Reason == MigrationReason.FailedBack ? "healthy" : "evacuating",
            Title = $"{Show.Count(flows.Count)} flow{(flows.Count == 1 ? "" : "s")} {(last.Observed ? "would have left" : "left")} {last.From}",
            Subtitle = $"{Where(last.Cluster, last.Reason)} · {string.Join(", ", targets)}",
            Text = last.Evidence,
            Evidence = events.FirstOrDefault(happened => happened.Evidence.Count > 0 && happened.Time <= last.Time
                && happened.Cluster == last.Cluster && happened.Node == last.From)?.Evidence ?? [],
            Flows = flows,
        };
    }

    private static string Where(string cluster, MigrationReason reason) =>
        string.Join(" · ", ((string[])[cluster, reason == MigrationReason.None ? "" : Show.Words(reason)]).Where(part => part.Length > 0));
}
