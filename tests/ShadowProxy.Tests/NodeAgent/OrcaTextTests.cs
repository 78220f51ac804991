using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class OrcaTextTests
{
    private static readonly RuntimeSample Runtime = new(0.01, 0.2, 3, TimeSpan.FromMilliseconds(1.5), 8);

    [Fact]
    public void Format_AllKnown_WritesEachFieldOnce()
    {
        var text = OrcaText.Format(new NodeReport(
            new LoadSample(0.25, 0.5, 1.5), new NodeTraffic(12.345678, 0.5, 7), Runtime, [KeyValuePair.Create("queue", 0.125)], IsDraining: true));

        Assert.Equal(
            "TEXT cpu_utilization=0.25,mem_utilization=0.5,application_utilization=1.5,rps_fractional=12.3457,eps=0.5,"
            + "utilization.queue=0.125,utilization.gc_pause=0.01,utilization.heap=0.2,named_metrics.in_flight=7,named_metrics.connections=8,"
            + "named_metrics.thread_pool_queue=3,named_metrics.thread_pool_wait_ms=1.5,named_metrics.draining=1",
            text);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.1)]
    public void Format_ValueThatReadersRefuse_LeavesItOut(double value)
    {
        var report = new NodeReport(
            new LoadSample(value, value, value), new NodeTraffic(0, 0, 0), Runtime with { Heap = value }, [KeyValuePair.Create("queue", value)], false);

        Assert.Equal(
            "TEXT rps_fractional=0,eps=0,utilization.gc_pause=0.01,named_metrics.in_flight=0,named_metrics.connections=8,"
            + "named_metrics.thread_pool_queue=3,named_metrics.thread_pool_wait_ms=1.5,named_metrics.draining=0",
            OrcaText.Format(report));
        var message = OrcaMessage.From(report);
        Assert.Equal((0, 0, 0), (message.CpuUtilization, message.MemUtilization, message.ApplicationUtilization));
        Assert.Equal(["gc_pause"], message.Utilization.Keys);
    }
}
