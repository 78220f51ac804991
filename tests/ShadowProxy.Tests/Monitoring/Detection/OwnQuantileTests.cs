using CsCheck;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Tests.Monitoring.Detection;

public sealed class OwnQuantileTests
{
    [Fact]
    public void Add_ManyValues_ApproachesTheQuantile() => Gen.Int[1, 1000].Sample(seed =>
    {
        var random = new Random(seed);
        var quantile = new OwnQuantile(0.9, timeConstantSeconds: 1000, spread: 0.3);
        for (var i = 0; i < 20_000; i++)
            quantile.Add(random.NextDouble(), 1);

        Assert.Equal(0.9, quantile.Value, 0.05);
    }, iter: 20);

    [Fact]
    public void Add_ValueNextToZeroAfterLowerOnes_IsNotPassed()
    {
        var quantile = new OwnQuantile(0.99, timeConstantSeconds: 100, spread: 0.3);
        foreach (var value in (double[])[-91.0 / 94, -2.1842790276442763, -675E-58])
            quantile.Add(value, 1);

        Assert.True(quantile.Value <= -675E-58);
    }

    [Fact]
    public void Add_AnyValues_StaysAtMostAtTheHighest() => Gen.Double[-5, 5].Array[1, 200].Sample(values =>
    {
        var quantile = new OwnQuantile(0.99, timeConstantSeconds: 100, spread: 0.3);
        foreach (var value in values)
            quantile.Add(value, 1);
        Assert.True(quantile.Value <= values.Max());
    });
}
