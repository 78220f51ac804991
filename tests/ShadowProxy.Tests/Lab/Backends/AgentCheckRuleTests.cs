using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Lab.Backends;
using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.Lab.Backends;

public sealed class AgentCheckRuleTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AgentCheckRule _rule;

    public AgentCheckRuleTests() => _rule = new AgentCheckRule(_time);

    [Theory]
    [InlineData(0.3, 0.4, "up 100%")]
    [InlineData(0.5, 0.4, "up 100%")]
    [InlineData(0.715, 0.4, "up 55%")]
    [InlineData(0.3, 0.715, "up 55%")]
    [InlineData(0.9299, 0.4, "up 10%")]
    [InlineData(0.93, 0.4, "down #cpu 0.93 memory 0.40")]
    [InlineData(0.3, 0.98, "down #cpu 0.30 memory 0.98")]
    [InlineData(double.NaN, double.NaN, "up 100%")]
    public void Answer_Load_FollowsTheFullerOfCpuAndMemory(double cpu, double memory, string answer) =>
        Assert.Equal(answer, _rule.Answer(new LoadSample(cpu, memory)));

    [Fact]
    public void Answer_LoadFallsOnceTrafficHasLeft_StaysDownForAWhile()
    {
        Answer(0.95);

        Assert.StartsWith("down", Answer(0.1), StringComparison.Ordinal);
        _time.Advance(AgentCheckRule.UpAfter - TimeSpan.FromSeconds(1));
        Assert.StartsWith("down", Answer(0.1), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("up", Answer(0.1), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_LoadRisesMeanwhile_TheWhileBeginsAnew()
    {
        Answer(0.95);
        Answer(0.1);
        _time.Advance(AgentCheckRule.UpAfter);
        Answer(0.7);

        Assert.StartsWith("down", Answer(0.1), StringComparison.Ordinal);
    }

    private string Answer(double cpu) => _rule.Answer(new LoadSample(cpu, 0.4));
}
