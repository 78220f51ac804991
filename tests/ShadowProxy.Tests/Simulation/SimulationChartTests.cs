using ShadowProxy.Configuration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Simulation;

/// <summary>Draws the run that the README of the tests shows, into <c>layers.svg</c> beside the tests.</summary>
public sealed class SimulationChartTests
{
    private const double Well = 180;

    [Fact]
    public void Draw_OneNodeSickensAndRecovers_FlowsLeaveByLayersAndReturn()
    {
        using var cluster = new QueueingCluster(CapacitySimulationTests.InThreeLayers(0.7) with { Failback = FailbackMode.Ramp });
        var chart = new SimulationChart("Zone A's first node answers four times as slowly: how busy the nodes are");
        var home = cluster.Sick.Node.Flows;
        var lines = new[] { "zone A, first", "zone A, second", "zone B", "region 2" }.Select(name => chart.Line(name)).ToArray();
        var share = chart.Line("admitted share of the first", dashed: true);
        cluster.AfterTick = () =>
        {
            share.Add((cluster.Seconds, cluster.Sick.Node.Health.AdmittedShare));
            for (var i = 0; i < lines.Length; i++)
                lines[i].Add((cluster.Seconds, cluster.LoadOf(cluster.Nodes[i])));
        };

        cluster.RunUntilSick();
        chart.Mark(cluster.Seconds, "sick");
        cluster.Run(Well - cluster.Seconds);
        cluster.Sick.Slower = 1;
        chart.Mark(cluster.Seconds, "well");
        cluster.Run(180);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "layers.svg"), chart.Draw());

        Assert.Equal(0, share.Min(point => point.Value));
        Assert.InRange(lines[2].Max(point => point.Value), 0.3, 0.95);
        Assert.Equal((NodeState.Healthy, home), (cluster.Sick.Node.Health.State, cluster.Sick.Node.Flows));
    }
}
