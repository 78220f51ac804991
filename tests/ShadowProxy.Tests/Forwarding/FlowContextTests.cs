using Microsoft.AspNetCore.Http;
using ShadowProxy.Nodes;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Forwarding;

public sealed class FlowContextTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Wait_AsTheAnswerComes_LeavesNoPlaceTaken()
    {
        var node = _engine.SetNodes(1)[0];
        for (var i = 0; i < 2000; i++)
        {
            var flow = Flows.Of(new DefaultHttpContext());
            flow.Binding.Norm.Observe(1);
            flow.Begin(node, timestamp: 1);
            Parallel.Invoke(() => flow.Wait(timestamp: 1), () => flow.Answered(200, TimeSpan.FromMilliseconds(1)));
            flow.End(sent: true, Outcome.Answered);
        }

        Assert.Equal(0, node.Traffic.Waiting.Slow(timestamp: 1_000_000, frequency: 1000, 0, node.Traffic.SlowFlows, node.Traffic.VerySlowFlows).Count);
        Assert.Equal(0, node.InFlight);
    }

    [Fact]
    public void Wait_NoAnswer_IsSeenUntilTheEnd()
    {
        var node = _engine.SetNodes(1)[0];
        var flow = Flows.Of(new DefaultHttpContext());
        flow.Binding.Norm.Observe(1);
        flow.Begin(node, timestamp: 1);
        flow.Wait(timestamp: 1);

        Assert.Equal(1, Slow());
        flow.End(sent: true, Outcome.Answered);
        Assert.Equal(0, Slow());

        int Slow() => node.Traffic.Waiting.Slow(timestamp: 1_000_000, frequency: 1000, 0, node.Traffic.SlowFlows, node.Traffic.VerySlowFlows).Count;
    }
}
