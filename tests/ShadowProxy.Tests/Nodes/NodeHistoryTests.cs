using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class NodeHistoryTests
{
    [Fact]
    public void Trouble_HalvesEveryHour()
    {
        var history = new NodeHistory();
        history.Add(1, 1000);

        Assert.Equal(1, history.Trouble(1000), 1e-9);
        Assert.Equal(0.5, history.Trouble(1000 + 3600), 1e-9);
        history.Add(1, 1000 + 3600);
        Assert.Equal(0.375, history.Trouble(1000 + (3 * 3600)), 1e-9);
    }

    [Fact]
    public void Trouble_Spotless_IsZero() => Assert.Equal(0, new NodeHistory().Trouble(5));
}
