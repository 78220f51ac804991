using ShadowProxy.Configuration;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Migration;

public sealed class FailbackTests : IDisposable
{
    private const int Flows = 400;

    private readonly TestEngine _engine = new();

    public FailbackTests() => _engine.SetNodes(4);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Never_FlowsStayWhereTheyAre()
    {
        var away = Evacuate(out _);
        Pause(60);

        Assert.Equal(away, Primaries());
    }

    [Fact]
    public void WhenIdle_OnlyFlowsThatPausedReturn()
    {
        var away = Evacuate(out var home);
        _engine.Cluster.Settings = ClusterSettings.Default with { Failback = FailbackMode.WhenIdle };
        Pause(29);
        Assert.Equal(away, Primaries());

        Pause(31);
        Assert.Equal(home, Primaries());
        Assert.Equal(MigrationReason.FailedBack, _engine.Events.Migrations[0].Reason);
    }

    [Fact]
    public void WhenIdle_NodeOnProbation_IsNotHomeYet()
    {
        var away = Evacuate(out _);
        _engine.Cluster.Settings = ClusterSettings.Default with { Failback = FailbackMode.WhenIdle };
        TestEngine.Publish(_engine.Nodes[0], 0.6, NodeState.Probation);
        Pause(60);

        Assert.Equal(away, Primaries());
    }

    [Fact]
    public void Ramp_FlowsReturnAsTheShareRises()
    {
        var away = Evacuate(out var home);
        _engine.Cluster.Settings = ClusterSettings.Default with { Failback = FailbackMode.Ramp };
        var all = home.Count(id => id == "n0");
        var back = 0;
        foreach (var share in new[] { 0.1, 0.3, 0.6 })
        {
            TestEngine.Publish(_engine.Nodes[0], share, NodeState.Probation);
            var now = Primaries();
            Assert.All(Enumerable.Range(0, Flows), i => Assert.True(now[i] == home[i] || now[i] == away[i]));
            Assert.True(now.Count(id => id == "n0") > back);
            back = now.Count(id => id == "n0");
            Assert.Equal(share, back / (double)all, 0.15);
        }

        _engine.Nodes[0].Health = NodeHealth.Unknown;
        Assert.Equal(home, Primaries());
    }

    [Fact]
    public void ThirtyMinutesElsewhere_IsHome()
    {
        var away = Evacuate(out _);
        _engine.Cluster.Settings = ClusterSettings.Default with { Failback = FailbackMode.Ramp };
        TestEngine.Publish(_engine.Nodes[0], 0, NodeState.Evacuated);
        for (var i = 0; i < 7; i++)
        {
            Pause(300);
            Primaries();
        }

        _engine.Nodes[0].Health = NodeHealth.Unknown;
        Assert.Equal(away, Primaries());
        for (var i = 0; i < Flows; i++)
        {
            using var shadow = _engine.Tables.Shadows.Open(TestEngine.Flow(i));
            Assert.Equal(away[i], _engine.Registry.Resolve(shadow.Entry.Home)!.Id);
        }
    }

    [Fact]
    public void Asked_FlowsThatLeftBeforeReturnWhateverTheSetting()
    {
        Evacuate(out var home);
        Pause(1);
        Ask(_engine.Nodes[0]);

        Assert.Equal(home, Primaries());
        Assert.Equal(MigrationReason.FailedBack, _engine.Events.Migrations[0].Reason);
    }

    [Fact]
    public void Asked_FlowsThatLeaveAfterwardsStayAway()
    {
        Primaries();
        Ask(_engine.Nodes[0]);
        Pause(1);

        var away = Evacuate(out _);

        Assert.Equal(away, Primaries());
    }

    [Fact]
    public void Asked_OfAnotherNodeOrWhileHomeIsNotWell_FlowsStayAway()
    {
        var away = Evacuate(out _);
        Pause(1);
        Ask(_engine.Nodes[1]);
        Assert.Equal(away, Primaries());

        Ask(_engine.Nodes[0]);
        TestEngine.Publish(_engine.Nodes[0], 1, NodeState.Probation);
        Assert.Equal(away, Primaries());
    }

    private void Ask(Node home) => home.FailbackAsked = _engine.Cluster.FailbackAsked = _engine.Tables.Clock.Now;

    /// <summary>Moves the flows of n0 elsewhere, and makes it healthy again.</summary>
    private string[] Evacuate(out string[] home)
    {
        home = Primaries();
        TestEngine.Publish(_engine.Nodes[0], 0);
        var away = Primaries();
        _engine.Nodes[0].Health = NodeHealth.Unknown;
        return away;
    }

    private string[] Primaries() => [.. Enumerable.Range(0, Flows).Select(i => _engine.Choose(i).Node!.Id)];

    private void Pause(double seconds) => _engine.Time.Advance(TimeSpan.FromSeconds(seconds));
}
