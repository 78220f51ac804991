using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class ConnectTimeTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(0.1, 0, 0)]
    [InlineData(1.9, 3, 0)]
    [InlineData(3, 0, 1)]
    [InlineData(30, 0, 4)]
    [InlineData(100, 0, 6)]
    [InlineData(60_000, 0, 12)]
    public void ClassOf_Time_OneMoreForEachDoubling(double milliseconds, int before, int expected) =>
        Assert.Equal(expected, ConnectTime.ClassOf(milliseconds, before));

    [Fact]
    public void ClassOf_TimeAboutABound_KeepsItsClass()
    {
        foreach (var milliseconds in new[] { 14, 18, 15, 19.9, 13 })
            Assert.Equal(3, ConnectTime.ClassOf(milliseconds, 3));
        foreach (var milliseconds in new[] { 14, 18, 15, 19.9, 13 })
            Assert.Equal(4, ConnectTime.ClassOf(milliseconds, 4));
        Assert.Equal(4, ConnectTime.ClassOf(20.1, 3));
        Assert.Equal(3, ConnectTime.ClassOf(12.7, 4));
    }

    [Fact]
    public void Classify_Nodes_ByTheirPlacesAndOnlyBeyondTheZone()
    {
        var nodes = Nodes(("host", "h", 30), ("zone", "a", 30), ("next", "b", 30), ("r1", "x", 90), ("r1", "y", 25), ("r2", "z", 90));

        ConnectTime.Classify(nodes);

        // Two nodes of one region are equally near.
        Assert.Equal([0, 0, 4, 4, 4, 6], nodes.Select(node => node.ConnectClass));
        Assert.Equal(nodes.Select(node => node.Nearness), nodes.Select(node => node.Nearness).Order());
    }

    [Fact]
    public void Classify_NeverConnected_CountsAsNear()
    {
        var nodes = Nodes(("r1", "x", double.NaN));
        nodes[0].Probes.Add(new(false, TimeSpan.FromSeconds(1), default, "refused", true));

        ConnectTime.Classify(nodes);

        Assert.Equal(0, nodes[0].ConnectClass);
    }

    [Fact]
    public void ConnectMs_Probes_TheShortestOfLately()
    {
        var probes = new ProbeHistory();
        Assert.Equal(double.NaN, probes.ConnectMs);
        Connect(probes, 30);
        for (var i = 0; i < 50; i++)
            Connect(probes, 80);
        Assert.Equal(30, probes.ConnectMs, 0.001);

        // The path became longer.
        for (var i = 0; i < 120; i++)
            Connect(probes, 80);
        Assert.Equal(80, probes.ConnectMs, 0.001);
    }

    private static void Connect(ProbeHistory probes, double milliseconds) =>
        probes.Add(new(true, TimeSpan.FromMilliseconds(milliseconds), default, null, false));

    private Node[] Nodes(params (string Region, string Zone, double ConnectMs)[] described)
    {
        var proxy = new Place("proxy", "a", "r");
        var nodes = _engine.SetNodes([.. described.Select((d, i) => ($"n{i}", 1.0, 0))]);
        foreach (var (node, d) in nodes.Zip(described))
        {
            var place = d.Region switch
            {
                "host" => proxy,
                "zone" => new Place(null, "a", "r"),
                "next" => new Place(null, d.Zone, "r"),
                _ => new Place(null, d.Zone, d.Region),
            };
            node.Settings = node.Settings with { Place = place, Layer = proxy.LayerTo(place) };
            if (!double.IsNaN(d.ConnectMs))
                Connect(node.Probes, d.ConnectMs);
        }

        return nodes;
    }
}
