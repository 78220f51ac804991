using Microsoft.Extensions.Time.Testing;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class ThreadPoolProbeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<IThreadPoolWorkItem> _queue = [];

    [Fact]
    public void Measure_WorkItemWaits_GrowsUntilItRanAndThenTellsItsWait()
    {
        var probe = new ThreadPoolProbe(_time, _queue.Add);

        Assert.Equal(TimeSpan.Zero, probe.Measure());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), probe.Measure());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_queue).Execute();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(2), probe.Measure());
        _queue[1].Execute();
        Assert.Equal(TimeSpan.Zero, probe.Measure());
    }
}
