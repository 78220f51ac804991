using CsCheck;
using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class NodeScoreTests
{
    [Fact]
    public void Value_AnyParts_IsTheProductOfWhatTheyLeave() => Gen.Double[-1, 2].Array[8].Sample(taken =>
    {
        var score = new NodeScore();
        for (var i = 0; i < taken.Length; i++)
            score.Set((ScorePart)i, i, taken[i]);

        Assert.Equal(taken.Aggregate(1.0, (left, part) => left * (1 - Math.Clamp(part, 0, 1))), score.Value, 1e-12);
        Assert.Equal(["cpu", "memory", "latency", "errors", "connect", "saturation", "risk", "word"], score.Components().Select(c => c.Name));
    });

    [Fact]
    public void Value_Unknown_TakesNothing()
    {
        var score = new NodeScore();
        score.Set(ScorePart.Cpu, double.NaN, double.NaN);

        Assert.Equal(1, score.Value);
    }
}
