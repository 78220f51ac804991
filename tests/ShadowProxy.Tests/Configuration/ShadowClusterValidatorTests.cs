using ShadowProxy.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Tests.Configuration;

public sealed class ShadowClusterValidatorTests
{
    [Theory]
    [InlineData("Weight", "0")]
    [InlineData("Weight", "-1")]
    [InlineData("Weight", "1001")]
    [InlineData("Weight", "NaN")]
    [InlineData("Weight", "∞")]
    [InlineData("Weight", "heavy")]
    [InlineData("MaxConcurrentRequests", "0")]
    [InlineData("MaxConcurrentRequests", "2.5")]
    [InlineData("AgentPort", "0")]
    [InlineData("AgentPort", "65536")]
    public void Check_WrongMetadata_NamesDestinationAndKey(string key, string value)
    {
        var error = Assert.Single(ShadowClusterValidator.Check(Cluster(key, value), ShadowingMode.Active));

        Assert.Equal(($"ReverseProxy:Clusters:orders:Destinations:one:Metadata:{key}", value), (error.Path, error.Value));
    }

    [Theory]
    [InlineData("Weight", "0.5")]
    [InlineData("Weight", "1000")]
    [InlineData("MaxConcurrentRequests", "1")]
    [InlineData("AgentPort", "9777")]
    [InlineData("Anything", "else")]
    public void Check_GoodMetadata_Passes(string key, string value) =>
        Assert.Empty(ShadowClusterValidator.Check(Cluster(key, value), ShadowingMode.Active));

    [Theory]
    [InlineData(ShadowingMode.Active, 1)]
    [InlineData(ShadowingMode.Observe, 0)]
    [InlineData(ShadowingMode.Off, 0)]
    public void Check_SessionAffinity_IsRefusedOnlyWhereFlowsAreMoved(ShadowingMode mode, int errors)
    {
        var cluster = Cluster("Weight", "1") with { SessionAffinity = new() { Enabled = true, AffinityKeyName = "key" } };

        var found = ShadowClusterValidator.Check(cluster, mode).ToArray();

        Assert.Equal(errors, found.Length);
        Assert.All(found, error => Assert.Contains("Shadowing:Clusters:orders:Mode", error.Problem, StringComparison.Ordinal));
        Assert.All(found, error => Assert.Contains("Policy to Shadow", error.Problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Shadow")]
    [InlineData("shadow")]
    public void Check_OurOwnSessionAffinity_PassesWhereFlowsAreMoved(string policy)
    {
        var cluster = Cluster("Weight", "1") with { SessionAffinity = new() { Enabled = true, AffinityKeyName = "key", Policy = policy } };

        Assert.Empty(ShadowClusterValidator.Check(cluster, ShadowingMode.Active));
    }

    private static ClusterConfig Cluster(string key, string value) => new()
    {
        ClusterId = "orders",
        Destinations = new Dictionary<string, DestinationConfig>
        {
            ["one"] = new() { Address = "http://127.0.0.1:5001", Metadata = new Dictionary<string, string> { [key] = value } },
        },
    };
}
