using ShadowProxy.Configuration;

namespace ShadowProxy.Tests.Configuration;

public sealed class FixedAtStartTests
{
    [Fact]
    public void Keep_EveryOption_ComesFromOneOrTheOther()
    {
        var (current, next) = (Filled("current", 5000), Filled("next", 6000));

        var kept = FixedAtStart.Keep(current, next);

        Assert.All(typeof(ShadowingOptions).GetProperties(), property =>
            Assert.Contains(property.GetValue(kept), new[] { property.GetValue(current), property.GetValue(next) }));
        Assert.Equal(("current", 5000), (kept.StateDirectory, kept.Capacity));
        Assert.Same(next.Clusters, kept.Clusters);
    }

    [Fact]
    public void Differences_Same_AreNone() => Assert.Empty(FixedAtStart.Differences(Filled("same", 5000), Filled("same", 5000)));

    [Fact]
    public void Differences_Changed_AreNamed() =>
        Assert.Equal(["SignatureKey", "SignatureKeyFile", "StateDirectory", "Capacity"], FixedAtStart.Differences(Filled("a", 5000), Filled("b", 6000)));

    private static ShadowingOptions Filled(string text, int number)
    {
        var options = new ShadowingOptions();
        foreach (var property in typeof(ShadowingOptions).GetProperties())
            if (property.PropertyType == typeof(string))
                property.SetValue(options, text);
            else if (property.PropertyType == typeof(int))
                property.SetValue(options, number);
        return options;
    }
}
