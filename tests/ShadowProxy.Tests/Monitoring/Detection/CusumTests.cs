using CsCheck;
using ShadowProxy.Monitoring.Detection;

namespace ShadowProxy.Tests.Monitoring.Detection;

public sealed class CusumTests
{
    private const double Highest = 50;

    [Fact]
    public void Add_SmallShiftThatGoesOn_GrowsUntilItIsSeen()
    {
        var cusum = new Cusum(slack: 1, stepLimit: 5, Highest);
        for (var i = 0; i < 20; i++)
            cusum.Add(1.5, weight: 1);

        Assert.Equal(10, cusum.Value, 1e-9);
    }

    [Fact]
    public void Add_HalfTheWeightTwice_IsTheSame()
    {
        var (once, twice) = (new Cusum(slack: 1, stepLimit: 5, Highest), new Cusum(slack: 1, stepLimit: 5, Highest));
        once.Add(3, weight: 1);
        twice.Add(3, weight: 0.5);
        twice.Add(3, weight: 0.5);

        Assert.Equal(once.Value, twice.Value);
    }

    [Fact]
    public void Add_SingleSpike_AddsNoMoreThanTheStepLimit()
    {
        var cusum = new Cusum(slack: 1, stepLimit: 5, Highest);

        Assert.Equal(4.0, cusum.Add(1e6, weight: 1));
    }

    [Fact]
    public void Add_AnyDeviations_StaysInItsRange() => Gen.Double[-1e3, 1e3].Array[0, 200].Sample(deviations =>
    {
        var cusum = new Cusum(slack: 1, stepLimit: 5, Highest);
        foreach (var deviation in deviations)
            Assert.InRange(cusum.Add(deviation, weight: 1), 0, Highest);
    });

    [Fact]
    public void Add_WithinTheSlack_ComesDown() => Gen.Double[-10, 0.99].Array[1, 100].Sample(deviations =>
    {
        var cusum = new Cusum(slack: 1, stepLimit: 5, Highest);
        cusum.Add(5, weight: 1);
        foreach (var deviation in deviations)
        {
            var before = cusum.Value;
            Assert.True(cusum.Add(deviation, weight: 1) <= before);
        }
    });
}
