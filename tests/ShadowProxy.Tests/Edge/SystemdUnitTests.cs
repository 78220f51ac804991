using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Tests.Edge;

/// <summary>The systemd units that are shipped fit the program and the configuration that is shipped.</summary>
public sealed class SystemdUnitTests
{
    private static readonly ILookup<string, string> Service = Read("shadowproxy.service");

    [Fact]
    public void Service_WaitsUntilTheProxyIsReady() => Assert.Equal("notify", One(Service, "Type"));

    [Fact]
    public void Service_LeavesTimeToDrain()
    {
        var options = new ShutdownOptions();

        Assert.True(TimeSpan.FromSeconds(int.Parse(One(Service, "TimeoutStopSec"))) > options.Delay + options.Timeout);
    }

    [Fact]
    public void Service_KeepsStateWhereTheProxyLooksForIt()
    {
        Assert.Equal("shadowproxy", One(Service, "StateDirectory"));
        Assert.Equal("Shadowing__StateDirectory=%S/shadowproxy", One(Service, "Environment"));
    }

    [Fact]
    public void Socket_ListensWhereTheShippedConfigurationDoes()
    {
        var configuration = EdgeConfiguration.Merge(JsonConfigurationReader.Read(File.ReadAllBytes(ConfigurationFiles.Shipped)).Values);
        var urls = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]);

        Assert.Equal(urls, Read("shadowproxy.socket")["ListenStream"].Select(address => $"http://{address}"));
    }

    private static string One(ILookup<string, string> unit, string key) => Assert.Single(unit[key]);

    private static ILookup<string, string> Read(string unit) => File.ReadLines(ConfigurationFiles.ShippedFile(unit))
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
        .ToLookup(pair => pair[0], pair => pair[1]);
}
