using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Dashboard.Feed;
using ShadowProxy.Monitoring;
using ShadowProxy.Telemetry;
using ShadowProxy.Tests.Edge.Demo;

namespace ShadowProxy.Tests.Dashboard;

public sealed class DashboardFeedTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StubControl _control = new() { Nodes = { Node("one", 0.5) } };
    private readonly FakeLogger<DashboardFeed> _logger = new();
    private readonly DashboardFeed _feed;
    private int _told;

    public DashboardFeedTests() => _feed = new DashboardFeed(_ => _control, _time, _logger);

    public void Dispose() => _feed.Dispose();

    [Fact]
    public void Open_FirstPage_LooksAtOnceAndEverySecond()
    {
        using var page = _feed.Open(() => _told++);
        Assert.Equal("one", _feed.Current.Nodes.Single().Node);

        _control.Nodes.Add(Node("two", 1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, _feed.Current.Nodes.Count);
        Assert.Equal(2, _told);
    }

    [Fact]
    public void Open_MorePages_ShareOneLook()
    {
        using var page = _feed.Open(() => { });
        using var other = _feed.Open(() => { });
        var before = _feed.Current;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), _feed.Current.Time - before.Time);
        Assert.Same(before.Nodes[0], _feed.Current.Nodes[0]);
    }

    [Fact]
    public void Page_Closed_IsToldNoMoreAndTheLastOneEndsTheLooking()
    {
        _feed.Open(() => _told++).Dispose();
        var before = _feed.Current;
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(1, _told);
        Assert.Same(before, _feed.Current);
    }

    [Fact]
    public void Look_NodeChanged_IsANewViewAndTheOthersAreTheSame()
    {
        _control.Nodes.Add(Node("two", 1));
        _feed.Look();
        var before = _feed.Current;
        _control.Nodes[0] = Node("one", 0.25);
        _feed.Look();

        Assert.Equal(25, _feed.Current.Nodes[0].Score);
        Assert.Same(before.Nodes[1], _feed.Current.Nodes[1]);
    }

    [Fact]
    public void Look_StateCannotBeRead_SaysSoAndKeepsWhatWasKnown()
    {
        _feed.Look();
        _control.Nodes.Add(null!);
        _feed.Look();

        Assert.NotNull(_feed.Current.Error);
        Assert.Equal("one", _feed.Current.Nodes.Single().Node);
        Assert.Equal(1, _logger.Collector.Count);

        _control.Nodes.RemoveAt(1);
        _feed.Look();
        Assert.Null(_feed.Current.Error);
    }

    private static NodeStatus Node(string id, double score) => new()
    {
        Cluster = "all",
        Node = id,
        Address = "http://127.0.0.1:1",
        State = NodeState.Healthy,
        Score = score,
        AdmittedShare = 1,
        Components = [],
    };
}
