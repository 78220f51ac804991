using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Tests.Lab.Backends;

public sealed class StartCommandTests
{
    [Fact]
    public void TryParse_OwnText_IsTheSameCommand()
    {
        var command = new StartCommand("degrade", 2, 4, -7, TimeSpan.FromSeconds(40.5), 32.25, TimeSpan.FromSeconds(1.5));

        Assert.Equal("start degrade 2 4 -7 40.5 32.25 1.5", command.ToString());
        Assert.Equal(command, StartCommand.TryParse(command.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("stop degrade 2 4 1 40 30 0")]
    [InlineData("start degrade 2 4 1 40 30")]
    [InlineData("start degrade 4 4 1 40 30 0")]
    [InlineData("start degrade -1 4 1 40 30 0")]
    [InlineData("start degrade 2 4 1 0 30 0")]
    [InlineData("start degrade 2 4 1 NaN 30 0")]
    [InlineData("start degrade 2 4 1 40 -3 0")]
    [InlineData("start degrade 2 4 1 40 30 -1")]
    public void TryParse_Malformed_IsNull(string line) => Assert.Null(StartCommand.TryParse(line));

    [Fact]
    public void Script_UnknownScenario_IsNull() => Assert.Null(new StartCommand("none", 0, 1, 1, TimeSpan.FromSeconds(1), 1).Script());
}
