using System.Globalization;
using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Sources;

/// <summary>Nodes that report a high load while they serve well.</summary>
public sealed class HighLoadTests
{
    private const int Visitors = 12;

    [Fact]
    public async Task Report_HighFromTheFirstMoment_KeepsItsFlows()
    {
        await using var nodes = await TestNodes.StartAsync(3);
        Report(nodes, "n0", 0.99);
        Report(nodes, "n1", 0.3);
        Report(nodes, "n2", 0.3);
        var visitors = Enumerable.Range(0, Visitors).Select(_ => nodes.CreateVisitor()).ToArray();
        var homes = await VisitAsync(nodes, visitors, 1);

        var last = await VisitAsync(nodes, visitors, 300);

        Assert.Contains("n0", homes);
        Assert.Equal(homes, last);
        Assert.Equal(0, nodes.Control.MigratedFlows);
        Assert.Equal((NodeState.Healthy, 1.0), (nodes.Status("n0").State, nodes.Status("n0").AdmittedShare));
    }

    [Fact]
    public async Task Report_JumpsUp_FailsNothing()
    {
        await using var nodes = await TestNodes.StartAsync(3);
        foreach (var id in nodes.Ids)
            Report(nodes, id, 0.3);
        var visitors = Enumerable.Range(0, Visitors).Select(_ => nodes.CreateVisitor()).ToArray();
        var homes = await VisitAsync(nodes, visitors, 150);

        Report(nodes, "n0", 0.99);
        var last = await VisitAsync(nodes, visitors, 150);

        // It may go, by a forecast; nobody else moves.
        Assert.All(homes.Zip(last).Where(pair => pair.First != "n0"), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(nodes.Control.GetMigrations().Count, nodes.Control.GetMigrations().Count(move => move is { From: "n0", Reason: MigrationReason.Predicted }));
    }

    private static void Report(TestNodes nodes, string id, double cpu) => nodes[id].Behaviour = context =>
    {
        context.Response.Headers["endpoint-load-metrics"] = string.Create(CultureInfo.InvariantCulture, $"TEXT cpu_utilization={cpu}");
        return Task.CompletedTask;
    };

    /// <summary>All visit in each of so many ticks; returns where they were served last.</summary>
    private static async Task<string[]> VisitAsync(TestNodes nodes, Visitor[] visitors, int ticks)
    {
        var served = new string[visitors.Length];
        for (var tick = 0; tick < ticks; tick++)
        {
            for (var i = 0; i < visitors.Length; i++)
            {
                var visit = await visitors[i].GetAsync();
                Assert.Equal(HttpStatusCode.OK, visit.Status);
                served[i] = visit.Body;
            }

            nodes.Tick();
        }

        return served;
    }
}
