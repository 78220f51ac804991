using System.Globalization;
using System.Text.Json;
using ShadowProxy.Lab.Summary;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Demo;

/// <summary>What ShadowProxy knows and does. Flows that leave a node for one reason are one event, however many they are.</summary>
/// <param name="control">The running proxy.</param>
/// <param name="started">When the load started; times of events count from here.</param>
internal sealed class ShadowingView(IShadowingControl control, DateTimeOffset started) : IProxyView
{
    private static readonly TimeSpan NewWaveAfter = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(string From, MigrationReason Reason), Wave> _waves = [];
    private MigrationRecord? _lastMigration;
    private ShadowingEvent? _lastEvent;
    private TimeSpan? _first;

    /// <inheritdoc/>
    public string Name => "ShadowProxy";

    /// <inheritdoc/>
    public MigrationTally? Migrations => new(_first, control.MigratedFlows, control.MigratedWhileHealthy);

    /// <inheritdoc/>
    public IReadOnlyList<DemoNode> Nodes => [.. control.GetNodes().OrderBy(n => n.Node, StringComparer.Ordinal).Select(Describe)];

    /// <inheritdoc/>
    public void Follow(DemoFeed feed)
    {
        var events = control.GetEvents();
        foreach (var happened in events.TakeWhile(e => !e.Equals(_lastEvent)).Reverse())
            feed.Add(happened.Time - started, Tone(happened.To), Describe(happened));
        _lastEvent = events.Count > 0 ? events[0] : null;

        var migrations = control.GetMigrations();
        var moved = migrations.TakeWhile(m => !m.Equals(_lastMigration)).Where(m => !m.Observed).Reverse().ToList();
        _lastMigration = migrations.Count > 0 ? migrations[0] : null;
        foreach (var wave in moved.GroupBy(m => (m.From, m.Reason)))
            Continue(wave.Key, [.. wave], feed);
    }

    private void Continue((string From, MigrationReason Reason) key, List<MigrationRecord> moved, DemoFeed feed)
    {
        var at = moved[^1].Time - started;
        _first ??= moved[0].Time - started;
        if (!_waves.TryGetValue(key, out var wave) || at - wave.At > NewWaveAfter)
            _waves[key] = wave = new Wave(feed.Add(at, DemoTone.Caution, ""));
        wave.At = at;
        foreach (var migration in moved)
            wave.To[migration.To] = wave.To.GetValueOrDefault(migration.To) + 1;

        var receivers = string.Join(", ", wave.To.Select(to => $"{to.Key} {to.Value}"));
        var count = wave.To.Values.Sum();
        var flows = count == 1 ? "1 flow" : $"{count} flows";
        var evidence = moved[^1].Evidence is { Length: > 0 } text ? $": {text}" : "";
        feed.Renew(wave.Id, at, DemoTone.Caution, $"{flows} left {key.From} ({receivers}), {Words(key.Reason)}{evidence}");
    }

    private static string Describe(ShadowingEvent happened) => happened is { From: { } from, To: { } to }
        ? $"{happened.Node}: {Words(from)} → {Words(to)}: {happened.Text}"
        : happened.Text;

    private static DemoNode Describe(NodeStatus node) =>
        new(node.Node, Words(node.State), Tone(node.State))
        {
            Reason = node.Reason == MigrationReason.None ? "" : Words(node.Reason),
            Score = node.Score,
            Taken = [.. node.Components.Where(c => c.Taken >= 0.005).OrderByDescending(c => c.Taken).Select(Taken)],
            AdmittedShare = node.AdmittedShare,
            InFlight = node.InFlight,
            LatencyMs = node.LatencyMs,
            RequestRate = node.RequestRate,
            Flows = node.Flows,
        };

    private static string Taken(ScoreComponent component) =>
        string.Create(CultureInfo.InvariantCulture, $"{component.Name} −{component.Taken:0.00}");

    private static DemoTone Tone(string? state) =>
        Enum.TryParse<NodeState>(state, ignoreCase: true, out var parsed) ? Tone(parsed) : DemoTone.Caution;

    private static DemoTone Tone(NodeState state) => state switch
    {
        NodeState.Healthy => DemoTone.Good,
        NodeState.Evacuated => DemoTone.Bad,
        _ => DemoTone.Caution,
    };

    private static string Words(Enum value) => Words(value.ToString());

    private static string Words(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    private sealed class Wave(int id)
    {
        public int Id { get; } = id;

        public TimeSpan At { get; set; }

        public SortedDictionary<string, int> To { get; } = new(StringComparer.Ordinal);
    }
}
