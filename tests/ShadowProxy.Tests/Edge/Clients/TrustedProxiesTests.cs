using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Clients;

namespace ShadowProxy.Tests.Edge.Clients;

public class TrustedProxiesTests
{
    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("11.1.2.3", false)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db9::1", false)]
    public void Contains_Address_AsTheNetworksSay(string address, bool expected)
    {
        using var proxies = new TrustedProxies(Configuration("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"));

        Assert.Equal(expected, proxies.Contains(new IPEndPoint(IPAddress.Parse(address), 1)));
    }

    [Fact]
    public void Contains_UnixSocket_IsTrustedAndNothingElse()
    {
        using var proxies = new TrustedProxies(Configuration());

        Assert.True(proxies.Contains(new UnixDomainSocketEndPoint("/run/proxy.sock")));
        Assert.False(proxies.Contains(null));
        Assert.False(proxies.Contains(new DnsEndPoint("proxy", 1)));
        Assert.False(proxies.Contains(new IPEndPoint(IPAddress.Loopback, 1)));
    }

    [Fact]
    public void Networks_Reload_Follow()
    {
        var configuration = Configuration("10.0.0.0/8");
        using var proxies = new TrustedProxies(configuration);

        configuration["TrustedProxies:0"] = "192.0.2.0/24";
        configuration.Reload();

        Assert.Equal(IPNetwork.Parse("192.0.2.0/24"), Assert.Single(proxies.Networks));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("10/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxy.example")]
    [InlineData("")]
    public void Read_Mistake_SaysWhatWouldBeRight(string item)
    {
        var errors = new List<ConfigurationError>();

        Assert.Empty(TrustedProxies.Read(Configuration(item).GetSection("TrustedProxies"), errors));

        var error = Assert.Single(errors);
        Assert.Equal(("TrustedProxies:0", item), (error.Path, error.Value));
        Assert.Contains("10.0.0.0/8", error.Problem, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Configuration(params string[] proxies) => new ConfigurationBuilder()
        .AddInMemoryCollection(proxies.Select((proxy, index) => KeyValuePair.Create($"TrustedProxies:{index}", (string?)proxy)))
        .Build();
}
