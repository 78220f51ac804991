using ShadowProxy.Edge.Demo;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Signatures;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Edge.Demo;

public sealed class ShadowingViewTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StubControl _control = new();
    private readonly DemoFeed _feed = new(() => TimeSpan.Zero);
    private readonly ShadowingView _view;

    public ShadowingViewTests() => _view = new ShadowingView(_control, Start);

    [Fact]
    public void Follow_FlowsLeaveOneNodeForOneReason_AreOneEventThatGrows()
    {
        Move(1, "b", "a", 13.0);
        Move(2, "b", "c", 13.1);
        _view.Follow(_feed);
        Move(3, "b", "c", 14.0);
        _view.Follow(_feed);

        var wave = Assert.Single(_feed.Latest);
        Assert.Equal("3 flows left b (a 1, c 2), predicted: cpu 0.91", wave.Text);
        Assert.Equal(TimeSpan.FromSeconds(14), wave.At);
    }

    [Fact]
    public void Follow_NothingNew_ChangesNothing()
    {
        Move(1, "b", "a", 13.0);
        _view.Follow(_feed);
        var before = _feed.Latest;
        _view.Follow(_feed);

        Assert.Equal(before, _feed.Latest);
    }

    [Fact]
    public void Follow_FlowsLeaveAgainAfterAPause_AreAnEventOfTheirOwn()
    {
        Move(1, "b", "a", 13.0);
        _view.Follow(_feed);
        Move(2, "b", "a", 33.0);
        _view.Follow(_feed);

        Assert.Equal(["1 flow left b (a 1), predicted: cpu 0.91", "1 flow left b (a 1), predicted: cpu 0.91"], _feed.Latest.Select(e => e.Text));
    }

    [Fact]
    public void Migrations_SeveralFollowed_FirstIsTheEarliestThatWasNotOnlyObserved()
    {
        Move(1, "b", "a", 12.0, observed: true);
        Move(2, "b", "a", 13.0);
        Move(3, "b", "c", 13.5);
        _view.Follow(_feed);
        Move(4, "b", "c", 14.0);
        _view.Follow(_feed);

        Assert.Equal((TimeSpan.FromSeconds(13), 3), (_view.Migrations!.First, _view.Migrations.Flows));
    }

    [Fact]
    public void Follow_Events_AppearOnceEachNewestFirst()
    {
        Happen("b", "Healthy", "Suspect", 12);
        Happen("b", "Suspect", "Evacuating", 13);
        _view.Follow(_feed);
        Happen("b", "Evacuating", "Evacuated", 23);
        _view.Follow(_feed);

        Assert.Equal(
            ["b: evacuating → evacuated: cpu 0.91", "b: suspect → evacuating: cpu 0.91", "b: healthy → suspect: cpu 0.91"],
            _feed.Latest.Select(e => e.Text));
        Assert.Equal([DemoTone.Bad, DemoTone.Caution, DemoTone.Caution], _feed.Latest.Select(e => e.Tone));
    }

    [Fact]
    public void Nodes_ComponentsThatTakePoints_AreListedTheMostFirst()
    {
        _control.Nodes.Add(new NodeStatus
        {
            Cluster = "demo",
            Node = "b",
            Address = "http://127.0.0.1:1",
            State = NodeState.Evacuating,
            Reason = MigrationReason.FlowIssue,
            Score = 0.5,
            AdmittedShare = 0.4,
            Components = [new("memory", 0.9, 0.1), new("latency", 3, 0), new("cpu", 0.95, 0.42)],
        });

        var node = Assert.Single(_view.Nodes);

        Assert.Equal(["cpu −0.42", "memory −0.10"], node.Taken);
        Assert.Equal(("evacuating", "flow-issue"), (node.State, node.Reason));
    }

    private void Move(ulong flow, string from, string to, double at, bool observed = false) => _control.Migrations.Insert(0, new MigrationRecord(
        Start.AddSeconds(at), "demo", new Signature(0, flow), from, to, MigrationReason.Predicted, "cpu 0.91", observed));

    private void Happen(string node, string from, string to, double at) => _control.Events.Insert(0, new ShadowingEvent(
        Start.AddSeconds(at), "shadowproxy.node.state_changed", "demo", node, from, to, MigrationReason.Predicted, [], "cpu 0.91"));
}
