using ShadowProxy.Edge.Commands;

namespace ShadowProxy.Tests.Edge;

public sealed class BackendCommandTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void Address_OfAnInterface_IsTaken(string address) =>
        Assert.Empty(BackendCommand.Create().Parse(["--address", address, "--port", "0"]).Errors);

    [Fact]
    public void Address_NoAddress_SaysWhatWouldBeRight()
    {
        var error = Assert.Single(BackendCommand.Create().Parse(["--address", "everywhere"]).Errors);

        Assert.Equal("--address: want an IP address, such as 0.0.0.0, not 'everywhere'.", error.Message);
    }
}
