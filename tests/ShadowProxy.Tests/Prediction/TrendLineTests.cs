using CsCheck;
using ShadowProxy.Prediction;

namespace ShadowProxy.Tests.Prediction;

public sealed class TrendLineTests
{
    [Fact]
    public void TryFit_AnySamples_IsTheWeightedLeastSquaresLine() => Gen.Select(
            Gen.Double[0.5, 20], Gen.Select(Gen.Double[0.05, 1], Gen.Double[-1, 1]).Array[6, 60])
        .Sample((constant, samples) =>
        {
            var line = new TrendLine(constant);
            var points = new List<(double Time, double Value)>();
            var time = 1_000_000.0;
            foreach (var (elapsed, value) in samples)
            {
                time += elapsed;
                line.Add(value, time);
                points.Add((time, value));
            }

            var weights = points.Select(p => Math.Exp((p.Time - time) / constant)).ToArray();
            var w = weights.Sum();
            var meanT = points.Zip(weights, (p, weight) => weight * (p.Time - time)).Sum() / w;
            var meanY = points.Zip(weights, (p, weight) => weight * p.Value).Sum() / w;
            var spread = points.Zip(weights, (p, weight) => weight * Math.Pow(p.Time - time - meanT, 2)).Sum();
            var slope = points.Zip(weights, (p, weight) => weight * (p.Time - time - meanT) * (p.Value - meanY)).Sum() / spread;
            var level = meanY - (slope * meanT);
            var residual = points.Zip(weights, (p, weight) => weight * Math.Pow(p.Value - level - (slope * (p.Time - time)), 2)).Sum() / (w - 2);

            Assert.Equal(w, line.Weight, 1e-6);
            Assert.Equal(w >= 4, line.TryFit(out var fitLevel, out var fitSlope, out var fitError, out var fitScatter));
            if (w < 4)
                return;
            Assert.Equal(slope, fitSlope, 1e-5);
            Assert.Equal(level, fitLevel, 1e-5);
            Assert.Equal(Math.Sqrt(residual), fitScatter, 1e-4);
            Assert.Equal(Math.Sqrt(residual / spread), fitError, 1e-4);
        });

    [Fact]
    public void TryFit_AllAtOneTime_IsNoLine()
    {
        var line = new TrendLine(5);
        for (var i = 0; i < 10; i++)
            line.Add(i, 3);

        Assert.False(line.TryFit(out _, out _, out _, out _));
    }

    [Fact]
    public void TryFit_AfterAYear_KeepsItsPrecision()
    {
        var line = new TrendLine(5);
        for (var i = 0; i < 200; i++)
            line.Add(0.3 + (0.01 * i), 3e7 + (0.1 * i));

        Assert.True(line.TryFit(out var level, out var slope, out _, out _));
        Assert.Equal(0.1, slope, 1e-6);
        Assert.Equal(0.3 + 1.99, level, 1e-6);
    }
}
