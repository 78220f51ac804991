using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class ChanceTests
{
    [Fact]
    public void Of_MoreOutcomes_LessIsLeftToChance()
    {
        foreach (var signal in new[] { Signal.Latency, Signal.Tail, Signal.Errors })
        {
            var few = Chance.Of(signal, 0.02, 20, isNormalKnown: true);
            var many = Chance.Of(signal, 0.02, 500, isNormalKnown: true);
            Assert.True(many < few / 3, $"{signal}: {few}, {many}");
            Assert.True(Chance.Of(signal, 0.02, 20, isNormalKnown: false) > few);
        }
    }

    [Fact]
    public void Of_Share_IsFiveStandardErrors() =>
        Assert.Equal(5 * Math.Sqrt(0.1 * 0.9 / 1000), Chance.Of(Signal.Errors, 0.1, 1000, isNormalKnown: true), 0.001);
}
