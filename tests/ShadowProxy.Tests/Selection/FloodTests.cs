using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Selection;

/// <summary>A million signatures that nobody saw before, over tables of twenty thousand flows.</summary>
public sealed class FloodTests : IDisposable
{
    private const int Capacity = 20_000;
    private const int Established = 1_000;
    private const int Strangers = 1_000_000;
    private const int StrangersPerTick = 1_000;

    /// <summary>By then the tables are full, and everything has been made that is made when first needed.</summary>
    private const int Settled = 100_000;

    /// <summary>What may be allocated while 900,000 strangers come: a twentieth of a byte for each.</summary>
    private const long AllocatedAtMost = 50_000;

    private static readonly Signature OneConnection = TestEngine.Flow(-1);

    private readonly TestEngine _engine = new(Capacity);
    private readonly Node[] _places = new Node[Established];
    private int _asked;

    public FloodTests()
    {
        _engine.SetNodes(4);
        for (var flow = 0; flow < Established; flow++)
            _engine.Choose(flow);
        // Some live elsewhere than where they would be placed: who loses them cannot place them again by chance.
        TestEngine.Publish(_engine.Nodes[0], 0);
        for (var flow = 0; flow < Established; flow++)
            _places[flow] = _engine.Choose(flow).Node!;
        TestEngine.Publish(_engine.Nodes[0], 1);
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void OneClientMakesUpSessions_EstablishedFlowsStayAndMemoryDoes() =>
        Flood(stranger => _engine.Choose(stranger));

    [Fact]
    public void ManyClientsConnect_EstablishedFlowsStayAndMemoryDoes() =>
        Flood(stranger => _engine.Choose(stranger, byConnection: true));

    [Fact]
    public void OneClientIsGivenSessions_EstablishedFlowsStayAndMemoryDoes() => Flood(stranger =>
    {
        var node = _engine.Choose(OneConnection, byConnection: true).Node!;
        _engine.Router.Learn(TestEngine.Flow(stranger), OneConnection, node, _engine.Cluster, _engine.Route, byConnection: true);
    });

    private void Flood(Action<int> come)
    {
        long allocated = 0;
        for (var stranger = 0; stranger < Strangers; stranger++)
        {
            if (stranger == Settled)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            if (stranger % StrangersPerTick == 0)
                Tick();
            come(Established + stranger);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        for (var flow = 0; flow < Established; flow++)
            AskEstablished();

        Assert.InRange(allocated, 0, AllocatedAtMost);
        Assert.InRange(_engine.Tables.Flows.Count, Established, Capacity);
        Assert.InRange(_engine.Tables.Shadows.Count, Established, Capacity);
        Assert.Equal(_engine.Tables.Flows.Count, _engine.Nodes.Sum(node => node.Flows));
    }

    /// <summary>A tenth of a second, in which ten of the established ask again.</summary>
    private void Tick()
    {
        _engine.Time.Advance(TimeSpan.FromMilliseconds(100));
        _engine.Tables.Advance();
        for (var i = 0; i < 10; i++)
            AskEstablished();
    }

    private void AskEstablished()
    {
        var flow = _asked++ % Established;
        if (_engine.Choose(flow).Node != _places[flow])
            Assert.Fail($"flow {flow} left its node after {_asked} requests of the established");
    }
}
