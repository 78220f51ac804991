using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class OrcaTextTests
{
    [Fact]
    public void Format_AllKnown_WritesEachFieldOnce()
    {
        var text = OrcaText.Format(
            new LoadSample(0.25, 0.5, 1.5), new NodeTraffic(12.345678, 0.5, 7), [KeyValuePair.Create("queue", 0.125)]);

        Assert.Equal(
            "TEXT cpu_utilization=0.25,mem_utilization=0.5,application_utilization=1.5,rps_fractional=12.3457,eps=0.5,"
            + "utilization.queue=0.125,named_metrics.in_flight=7",
            text);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.1)]
    public void Format_ValueThatReadersRefuse_LeavesItOut(double value)
    {
        var text = OrcaText.Format(new LoadSample(value, value, value), new NodeTraffic(0, 0, 0), [KeyValuePair.Create("queue", value)]);

        Assert.Equal("TEXT rps_fractional=0,eps=0,named_metrics.in_flight=0", text);
    }
}
