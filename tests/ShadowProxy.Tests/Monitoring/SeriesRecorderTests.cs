using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Monitoring;

public sealed class SeriesRecorderTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly SeriesRecorder _recorder = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Sample_OnceASecond_KeepsTheLastThreeMinutesOldestFirst()
    {
        var node = _engine.SetNodes(1)[0];
        for (var tenth = 0; tenth < 2000; tenth++)
            Sample(tenth / 10.0, node, tenth / 10);

        var series = _recorder.Read(node);

        Assert.Equal(Enumerable.Range(20, 180).Select(second => (float)second), series.LatencyMs);
        Assert.Equal((180, 180, DateTimeOffset.UnixEpoch.AddSeconds(199)), (series.Score.Count, series.Flows.Count, series.End));
    }

    [Fact]
    public void Sample_SecondsMissed_AreUnknown()
    {
        var node = _engine.SetNodes(1)[0];
        Sample(10, node, 1);
        Sample(13, node, 2);

        Assert.Equal([1, float.NaN, float.NaN, 2], _recorder.Read(node).LatencyMs);
    }

    [Fact]
    public void Read_MoreNodesThanAreKept_BeginsWhenLookedAt()
    {
        var nodes = _engine.SetNodes(SeriesRecorder.MostNodes + 1);
        Sample(1);
        var late = Assert.Single(nodes, IsEmpty);

        Sample(2);

        Assert.Single(_recorder.Read(late).Score);
    }

    [Fact]
    public void Sample_NodeGone_MakesRoomForAnother()
    {
        _engine.SetNodes(SeriesRecorder.MostNodes);
        Sample(1);
        _engine.SetNodes(1);
        Sample(2);
        var nodes = _engine.SetNodes(SeriesRecorder.MostNodes);
        Sample(3);

        Assert.All(nodes, node => Assert.False(IsEmpty(node)));
    }

    private bool IsEmpty(Node node) => _recorder.Read(node).Score.Count == 0;

    private void Sample(double seconds, Node? node = null, double latencyMs = double.NaN)
    {
        node?.Health = new NodeHealth { LatencyMs = latencyMs };
        _recorder.Sample(_engine.Registry, seconds, DateTimeOffset.UnixEpoch.AddSeconds(seconds));
    }
}
