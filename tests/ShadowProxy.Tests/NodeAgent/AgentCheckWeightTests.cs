using ShadowProxy.NodeAgent;

namespace ShadowProxy.Tests.NodeAgent;

public sealed class AgentCheckWeightTests
{
    [Theory]
    [InlineData(0.3, 0.4, 0.2, "up ready 100%")]
    [InlineData(0.5, 0.4, 0.2, "up ready 100%")]
    [InlineData(0.75, 0.4, 0.2, "up ready 50%")]
    [InlineData(0.3, 0.75, 0.2, "up ready 50%")]
    [InlineData(0.3, 0.4, 0.75, "up ready 50%")]
    [InlineData(0.96, 0.4, 0.2, "up ready 10%")]
    [InlineData(0.3, 0.4, 1.5, "up ready 10%")]
    [InlineData(double.NaN, double.NaN, double.NaN, "up ready 100%")]
    public void Answer_Load_WeighsByTheFullest(double cpu, double memory, double application, string answer) =>
        Assert.Equal(answer, new AgentCheckWeight().Answer(new LoadSample(cpu, memory, application)));
}
