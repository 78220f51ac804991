using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Tests.Lab.Backends;

public sealed class SeededDiceTests
{
    [Fact]
    public void LogNormal_ManyDraws_HasItsMedianAndSpread()
    {
        var dice = new SeededDice(1);
        var draws = Enumerable.Range(0, 20_000).Select(_ => dice.LogNormal(3, 0.3)).Order().ToArray();

        Assert.InRange(draws[10_000], 2.9, 3.1);
        Assert.InRange(draws[16_827], 3 * Math.Exp(0.3) - 0.15, 3 * Math.Exp(0.3) + 0.15);
    }

    [Fact]
    public void Dice_SameSeed_FallTheSame()
    {
        var (one, other) = (new SeededDice(5), new SeededDice(5));

        Assert.Equal(Enumerable.Range(0, 100).Select(_ => one.Chance(0.5)), Enumerable.Range(0, 100).Select(_ => other.Chance(0.5)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.005, 100)]
    [InlineData(1, 20_000)]
    public void Chance_ManyDraws_ComesAsOftenAsItShould(double probability, int expected)
    {
        var dice = new SeededDice(1);

        Assert.InRange(Enumerable.Range(0, 20_000).Count(_ => dice.Chance(probability)), expected * 0.7, expected * 1.3);
    }
}
