using CsCheck;
using ShadowProxy.Monitoring;
using ShadowProxy.Signals;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.Monitoring;

public sealed class PeerComparisonTests
{
    [Fact]
    public void PeersValue_AnyValues_IsTheMedianOfTheOthers() => Gen.Int[0, 6].Select(tenths => tenths / 10.0).Array[1, 9].Sample(values =>
    {
        using var engine = new TestEngine();
        var watches = engine.SetNodes(values.Length).Select(node => new NodeWatch(node, 0)).ToList();
        for (var i = 0; i < values.Length; i++)
        {
            watches[i].Node.Accept(new LoadReport { CpuUtilization = values[i] }, 1);
            watches[i].Observe(new TickTime(0.1, 0.1, 1, 10, default));
        }

        var comparison = new PeerComparison(Signal.Cpu);
        comparison.Fill(watches);

        for (var i = 0; i < values.Length; i++)
        {
            var others = values.Where((_, at) => at != i).Order().ToArray();
            var median = others.Length == 0 ? double.NaN : (others[(others.Length - 1) / 2] + others[others.Length / 2]) / 2;
            Assert.Equal(median, comparison.PeersValue(values[i]), 1e-12);
        }
    }, iter: 200);
}
