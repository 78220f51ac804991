using ShadowProxy.Nodes;

namespace ShadowProxy.Tests.Nodes;

public sealed class ReportGateTests
{
    private readonly ReportGate _gate = new();

    [Fact]
    public void TryPass_Flood_LetsTenASecondPass()
    {
        var passed = Enumerable.Range(0, 10_000).Count(millisecond => _gate.TryPass(1_000_000 + millisecond, 1000));

        Assert.InRange(passed, 100, 111);
    }

    [Fact]
    public void TryPass_AfterAPause_LetsNoMoreThanTenPassAtOnce() =>
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => _gate.TryPass(long.MaxValue / 2, 1000)));
}
