using ShadowProxy.Dashboard.Feed;
using ShadowProxy.Migration;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Dashboard;

public sealed class TimelineBuilderTests
{
    private static readonly Evidence Slow = new("latency", 400, 20, 5, 6, "latency 400 ms");

    private readonly TimelineBuilder _builder = new();

    [Fact]
    public void Build_FlowsThatLeftTogether_AreOneEntryWithTheirTargetsAndTheNodesEvidence()
    {
        var entries = _builder.Build([State(1, 10, "one")], [Move(4, 14, "one", "three"), Move(3, 12, "one", "two"), Move(2, 11, "one", "two")]);

        Assert.Equal(2, entries.Count);
        Assert.Equal("3 flows left one", entries[0].Title);
        Assert.EndsWith("2 to two, 1 to three", entries[0].Subtitle, StringComparison.Ordinal);
        Assert.Equal([Slow], entries[0].Evidence);
        Assert.Equal("one: Healthy → Suspect", entries[1].Title);
    }

    [Fact]
    public void Build_FlowsOfAnotherNodeReasonOrTime_AreEntriesOfTheirOwn()
    {
        var entries = _builder.Build(
            [],
            [
                Move(4, 40, "one", "two"), Move(3, 11, "one", "two") with { Reason = MigrationReason.Failed },
                Move(2, 11, "three", "two"), Move(1, 10, "one", "two"),
            ]);

        Assert.Equal(4, entries.Count);
    }

    [Fact]
    public void Build_NothingNew_IsTheSameList()
    {
        var (events, migrations) = ((ShadowingEvent[])[State(1, 10, "one")], (MigrationRecord[])[Move(2, 11, "one", "two")]);
        var before = _builder.Build(events, migrations);

        Assert.Same(before, _builder.Build([.. events], [.. migrations]));
    }

    [Fact]
    public void Build_SomethingNew_KeepsTheInstancesOfTheOthers()
    {
        var happened = State(1, 10, "one");
        var before = _builder.Build([happened], [Move(2, 20, "one", "two")]);
        var after = _builder.Build([State(3, 30, "two"), happened], [Move(2, 20, "one", "two")]);

        Assert.Equal(3, after.Count);
        Assert.Same(before[0], after[1]);
        Assert.Same(before[1], after[2]);
    }

    private static ShadowingEvent State(long id, int second, string node) =>
        new(At(second), "shadowproxy.node.state_changed", "all", node, "Healthy", "Suspect", MigrationReason.None, [Slow], "slow") { Id = id };

    private static MigrationRecord Move(long id, int second, string from, string to) =>
        new(At(second), "all", new Signature(1, (ulong)id), from, to, MigrationReason.Degraded, "slow", false) { Id = id };

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);
}
