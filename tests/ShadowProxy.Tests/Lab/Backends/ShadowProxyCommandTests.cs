using ShadowProxy.Lab.Backends;

namespace ShadowProxy.Tests.Lab.Backends;

public sealed class ShadowProxyCommandTests
{
    [Fact]
    public void Find_OwnProgram_IsIt() =>
        Assert.Equal(["/app/shadowproxy"], ShadowProxyCommand.Find("/app/shadowproxy", "ShadowProxy.Edge", "/app"));

    [Fact]
    public void Find_OwnAssemblyUnderDotnet_IsTheAssemblyUnderThatDotnet() =>
        Assert.Equal(["/sdk/dotnet", "/app/ShadowProxy.Edge.dll"], ShadowProxyCommand.Find("/sdk/dotnet", "ShadowProxy.Edge", "/app"));

    [Fact]
    public void Find_OtherProgram_IsTheAssemblyBesideIt() =>
        Assert.Equal("/tests/ShadowProxy.Edge.dll", ShadowProxyCommand.Find("/tests/Tests", "Tests", "/tests")[^1]);
}
