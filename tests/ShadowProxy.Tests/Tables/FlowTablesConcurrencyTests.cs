using ShadowProxy.Nodes;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Tables;

public sealed class FlowTablesConcurrencyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task ManyThreads_FullTables_NeitherBlockEachOtherNorLoseCount()
    {
        using var engine = new TestEngine(capacity: 16_384);
        engine.SetNodes(4);
        using var done = new CancellationTokenSource();
        // Flows come, move, are evicted and learned anew, while the monitor ticks and nodes come and go.
        var requests = Enumerable.Range(0, 3).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 40_000; i++)
            {
                var flow = random.Next(30_000);
                var node = engine.Choose(flow).Node!;
                engine.FlowWatch.Record(TestEngine.Flow(flow), node, i % 3 == 0 ? Outcome.ServerError : Outcome.Answered, 10, 10, engine.Tables.Clock.Now);
                if (i % 50 == 0)
                    engine.Router.Learn(TestEngine.Flow(flow + 100_000), TestEngine.Flow(flow), node, engine.Cluster, engine.Route, byConnection: false);
            }
        })).ToArray();
        var ticks = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                engine.Time.Advance(TimeSpan.FromMilliseconds(100));
                engine.Monitor.Tick();
                TestEngine.Publish(engine.Nodes[1], engine.Time.GetUtcNow().Second % 2);
            }
        });

        await Task.WhenAll(requests).WaitAsync(Patience);
        await done.CancelAsync();
        await ticks.WaitAsync(Patience);

        Assert.Equal(engine.Tables.Flows.Count, engine.Nodes.Sum(n => n.Flows));
        Assert.InRange(engine.Tables.Flows.Count, 12_000, 16_384);
        Assert.InRange(engine.Tables.Shadows.Count, 12_000, 16_384);
    }

    [Fact]
    public async Task ManyThreads_NodesComeAndGo_EachNodeCountsTheFlowsThatItHas()
    {
        const int Flows = 10_000;
        using var engine = new TestEngine(capacity: 20_000);
        engine.SetNodes(4);
        using var done = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 3).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 40_000; i++)
                Assert.NotNull(engine.Choose(random.Next(Flows)).Node);
        })).ToArray();
        var changes = Task.Run(() =>
        {
            // The last node goes and comes back in its slot, each time as another node.
            for (var i = 0; !done.IsCancellationRequested; i++)
                engine.SetNodes(3 + (i % 2));
        });

        await Task.WhenAll(requests).WaitAsync(Patience);
        await done.CancelAsync();
        await changes.WaitAsync(Patience);

        var held = Enumerable.Range(0, Flows).CountBy(flow =>
        {
            using var entry = engine.Tables.Flows.Open(TestEngine.Flow(flow));
            return entry.Exists ? engine.Registry.Resolve(entry.Entry.Primary)?.Ref ?? NodeRef.None : NodeRef.None;
        }).ToDictionary();
        Assert.All(engine.Nodes, node => Assert.Equal(held.GetValueOrDefault(node.Ref), node.Flows));
    }
}
