using System.Net;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;

namespace ShadowProxy.FunctionalTests.Shadowing;

/// <summary>
/// Nodes that answer slowly and report nothing. Requests come one after the other, and each takes as long as its node says: time passes in the
/// backends.
/// </summary>
public sealed class SlowNodeTests
{
    private const string Slow = "n0";
    private const double UsualMs = 10;
    private const double SlowMs = 3 * UsualMs;
    private const int VisitorsPerNode = 20;

    /// <summary>Ticks until baselines are believed, and a few more.</summary>
    private const int WarmUp = 150;

    /// <summary>Over 10 s, and less than a node that was left is held away.</summary>
    private const int Watched = 60;

    /// <summary>Requests between two ticks, for each node: about ten a second.</summary>
    private const int Requests = 2;

    private readonly Random _random = new(1);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task OneNode_ThreeTimesSlower_FlowsBeginToLeaveItByItsFortiethSlowAnswer(int count)
    {
        await using var nodes = await StartAsync(count);
        var visitors = await WarmUpAsync(nodes);
        Answer(nodes[Slow], nodes, SlowMs);
        var before = nodes[Slow].Backend.Requests;
        while (nodes.Status(Slow).AdmittedShare == 1)
        {
            Assert.InRange(nodes[Slow].Backend.Requests - before, 0, 40);
            await RunAsync(nodes, visitors, 1);
        }

        await RunAsync(nodes, visitors, Watched);

        AssertOnlyTheSlowOneIsLeft(nodes);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task AllNodes_ThreeTimesSlower_NobodyMoves(int count)
    {
        await using var nodes = await StartAsync(count);
        var visitors = await WarmUpAsync(nodes);
        foreach (var node in nodes.All)
            Answer(node, nodes, SlowMs);

        await RunAsync(nodes, visitors, Watched);

        Assert.Empty(nodes.Control.GetMigrations());
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal(1, node.AdmittedShare));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task OneNode_SlowerWhileAllGetBusier_IsTheOnlyOneThatIsLeft(int count)
    {
        await using var nodes = await StartAsync(count);
        var visitors = await WarmUpAsync(nodes);
        foreach (var node in nodes.All)
            Answer(node, nodes, node.Id == Slow ? 1.3 * SlowMs : 1.3 * UsualMs);

        await RunAsync(nodes, visitors, Watched, busier: 2);

        AssertOnlyTheSlowOneIsLeft(nodes);
    }

    private static void AssertOnlyTheSlowOneIsLeft(TestNodes nodes)
    {
        Assert.NotEmpty(nodes.Control.GetMigrations());
        Assert.All(nodes.Control.GetMigrations(), move => Assert.Equal((Slow, MigrationReason.Degraded), (move.From, move.Reason)));
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal(node.Node != Slow, node.AdmittedShare == 1));
    }

    private static async Task<TestNodes> StartAsync(int count)
    {
        var nodes = await TestNodes.StartAsync(count);
        foreach (var node in nodes.All)
            Answer(node, nodes, UsualMs);
        return nodes;
    }

    private static void Answer(TestNodeBackend node, TestNodes nodes, double latencyMs) => node.Behaviour = _ =>
    {
        nodes.Clock.Pass(TimeSpan.FromMilliseconds(latencyMs));
        return Task.CompletedTask;
    };

    private async Task<Visitor[]> WarmUpAsync(TestNodes nodes)
    {
        var visitors = Enumerable.Range(0, VisitorsPerNode * nodes.All.Count).Select(_ => nodes.CreateVisitor()).ToArray();
        await RunAsync(nodes, visitors, WarmUp);
        Assert.Empty(nodes.Control.GetMigrations());
        Assert.All(nodes.Control.GetNodes(), node => Assert.Equal((NodeState.Healthy, 1.0), (node.State, node.AdmittedShare)));
        return visitors;
    }

    private async Task RunAsync(TestNodes nodes, Visitor[] visitors, int ticks, int busier = 1)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            for (var i = 0; i < Requests * nodes.All.Count * busier; i++)
                Assert.Equal(HttpStatusCode.OK, (await visitors[_random.Next(visitors.Length)].GetAsync()).Status);
            nodes.Tick();
        }
    }
}
