using ShadowProxy.Edge.Commands;

namespace ShadowProxy.Tests.Edge.Demo;

public sealed class DemoCommandTests
{
    [Theory]
    [InlineData("--scenario", "nope", "degrade, crash, overload, healthy")]
    [InlineData("--duration", "4", "from 5 to 600")]
    [InlineData("--duration", "soon", "from 5 to 600")]
    [InlineData("--rate", "0", "from 1 to 5000")]
    [InlineData("--sessions", "-1", "from 1 to 100000")]
    [InlineData("--port", "65536", "from 0 to 65535")]
    public void Parse_ValueOutOfRange_ErrorNamesOptionValueAndWhatIsRight(string option, string value, string right)
    {
        var error = Assert.Single(DemoCommand.Create().Parse([option, value]).Errors);

        Assert.StartsWith($"{option} {value}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(right, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AllOptions_NoErrors() => Assert.Empty(DemoCommand.Create().Parse(
        ["--scenario", "crash", "--duration", "10", "--rate", "50", "--sessions", "20", "--seed", "3", "--port", "8080", "--json", "-", "--compare"]).Errors);
}
