using ShadowProxy.Edge.Commands;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Tests.Edge;

public sealed class ConfigurationCheckerTests : IDisposable
{
    private readonly ConfigurationFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Check_Shipped_IsGood()
    {
        var output = new StringWriter();

        Assert.Equal(0, await CheckCommand.CheckAsync(ConfigurationFiles.Shipped, output, output));
        Assert.Equal("OK: 1 routes, 1 clusters", output.ToString().Trim());
    }

    [Theory]
    [InlineData("\"Shadowing\":", "\"Shadowin\":", "$.Shadowin: is not a known key; did you mean Shadowing?")]
    [InlineData("\"ClusterId\": \"orders\"", "\"ClusterId\": \"order\"", "(3): $.ReverseProxy.Routes.orders.ClusterId = \"order\": there is no such cluster; did you mean orders?")]
    [InlineData("\"ClusterId\": \"orders\",", "", "$.ReverseProxy.Routes.orders: needs a ClusterId")]
    [InlineData("\"ClusterId\":", "\"Order\": \"first\", \"ClusterId\":", "$.ReverseProxy.Routes.orders.Order = \"first\": must be a whole number")]
    [InlineData("\"ClusterId\":", "\"Timeout\": \"5\", \"ClusterId\":", "$.ReverseProxy.Routes.orders.Timeout = \"5\": must be a duration")]
    [InlineData("\"ClusterId\":", "\"Mach\": {}, \"ClusterId\":", "$.ReverseProxy.Routes.orders.Mach: is not a known key; did you mean Match?")]
    [InlineData("\"ClusterId\":", "\"RouteId\": \"x\", \"ClusterId\":", "the id is the name of the object")]
    [InlineData("\"ClusterId\":", "\"Transforms\": [{ \"PathPrefx\": \"/x\" }], \"ClusterId\":", "Unknown transform: PathPrefx")]
    [InlineData("\"Path\": \"/{**path}\"", "\"Path\": \"/{**path\"", "Invalid path")]
    [InlineData("\"Path\": \"/{**path}\"", "\"Path\": \"/\", \"Methods\": \"GET\"", "$.ReverseProxy.Routes.orders.Match.Methods = \"GET\": must be an array")]
    [InlineData("\"Destinations\":", "\"LoadBalancingPolicy\": \"Best\", \"Destinations\":", "(4): $.ReverseProxy.Clusters.orders: No matching ILoadBalancingPolicy")]
    [InlineData("\"Destinations\":", "\"HttpClient\": { \"MaxConnectionsPerServer\": -1 }, \"Destinations\":", "$.ReverseProxy.Clusters.orders: Max connections per server")]
    [InlineData("\"Destinations\":", "\"HttpClient\": { \"SslProtocols\": [\"Tls12\", \"Tls99\"] }, \"Destinations\":", "$.ReverseProxy.Clusters.orders.HttpClient.SslProtocols[1] = \"Tls99\": must be one of")]
    [InlineData("\"Destinations\":", "\"SessionAffinity\": { \"Enabled\": true, \"AffinityKeyName\": \"k\" }, \"Destinations\":", "drop SessionAffinity, or set Shadowing:Clusters:orders:Mode to Observe or Off")]
    [InlineData("http://127.0.0.1:1", "127.0.0.1:1", "$.ReverseProxy.Clusters.orders.Destinations.one.Address = \"127.0.0.1:1\": must be an http or https URL")]
    [InlineData("127.0.0.1:1\"", "127.0.0.1:1\", \"Metadata\": { \"Weight\": \"-2\" }", "$.ReverseProxy.Clusters.orders.Destinations.one.Metadata.Weight = \"-2\": must be a number above 0")]
    [InlineData("\"orders\": { \"Dest", "\"orders\": {}, \"Orders\": { \"Dest", "$.ReverseProxy.Clusters.Orders: stands twice, in lines 4 and 4")]
    [InlineData("\"Active\"", "\"Sometimes\"", "(6): $.Shadowing.Clusters.orders.Mode = \"Sometimes\": must be one of Active, Observe, Off")]
    [InlineData("{ \"orders\": { \"Mode\"", "{ \"oders\": { \"Mode\"", "$.Shadowing.Clusters.oders: there is no cluster oders in ReverseProxy:Clusters; did you mean orders?")]
    [InlineData("\"Shadowing\": {", "\"Shadowing\": { \"Routes\": { \"x\": {} },", "$.Shadowing.Routes.x: there is no route x")]
    [InlineData("\"Shadowing\": {", "\"Shadowing\": { \"Admin\": { \"Url\": \"http://0.0.0.0:9901\" },", "listening on 0.0.0.0:9901 needs Admin:Key")]
    [InlineData("\"Shadowing\":", "\"Shutdown\": { \"Delay\": \"00:10:00\" }, \"Shadowing\":", "$.Shutdown.Delay = \"00:10:00\": must lie between 00:00:00 and 00:05:00")]
    [InlineData("\"Shadowing\":", "\"AccessLog\": { \"File\": \"-\" }, \"Shadowing\":", "$.AccessLog.File = \"-\": is not a known key")]
    [InlineData("\"Shadowing\":", "\"Kestrel\": { \"Endpoints\": { \"Http\": { \"Url\": \"8080\" } } }, \"Shadowing\":", "$.Kestrel.Endpoints.Http.Url = \"8080\": is not a URL")]
    [InlineData("\"Shadowing\":", "\"TrustedProxies\": [\"10.0.0.0/8\", \"10\"], \"Shadowing\":", "$.TrustedProxies[1] = \"10\": must be an address such as 10.0.0.7 or a network")]
    [InlineData("\"Shadowing\":", "\"TrustedProxies\": \"10.0.0.0/8\", \"Shadowing\":", "$.TrustedProxies = \"10.0.0.0/8\": must be an array, [ … ]")]
    [InlineData("\"Shadowing\":", "\"Kestrel\": { \"Endpoints\": { \"Http\": { \"Url\": \"http://*:1\", \"ProxyProtocol\": \"v2\" } } }, \"Shadowing\":", "$.Kestrel.Endpoints.Http.ProxyProtocol = \"v2\": must be true or false")]
    [InlineData("\"Shadowing\":", "\"Kestrel\": { \"Endpoints\": { \"Http\": { \"Url\": \"http://*:1\", \"ProxyProtocol\": true } } }, \"Shadowing\":", "$.Kestrel.Endpoints.Http.ProxyProtocol = \"true\": needs the proxies that send it, such as \"TrustedProxies\": [\"10.0.0.0/8\"]")]
    [InlineData("\"Shadowing\":", "\"TrustedProxies\": [\"::1\"], \"Kestrel\": { \"Endpoints\": { \"Https\": { \"Url\": \"https://*:1\", \"ProxyProtocol\": true, \"Protocols\": \"Http1AndHttp2AndHttp3\" } } }, \"Shadowing\":", "does not go with HTTP/3")]
    [InlineData("\"Shadowing\":", "\"Kestrel\": { \"EndpointDefaults\": { \"ProxyProtocol\": true } }, \"Shadowing\":", "$.Kestrel.EndpointDefaults.ProxyProtocol = \"true\": does not stand here")]
    [InlineData("\"Shadowing\": {", "\"Shadowing\": [", "is not JSON")]
    public async Task Check_OneMistake_SaysItWithPlaceAndRemedy(string good, string bad, string expected)
    {
        Assert.Contains(good, ConfigurationFiles.Good, StringComparison.Ordinal);
        var report = await ConfigurationChecker.CheckAsync(_files.Write(ConfigurationFiles.Good.Replace(good, bad, StringComparison.Ordinal)));

        Assert.Contains(expected, Assert.Single(report.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_SeveralMistakes_PrintsAllAndFails()
    {
        _files.Write("""
            {
              "Shadowing": { "Capacity": -5, "Clusters": { "x": {} } },
              "ReverseProxy": { "Routes": { "a": { "ClusterId": "b", "Match": { "Path": "/" }, "Order": "first" } } },
              "Typo": 1
            }
            """);
        var errors = new StringWriter();

        Assert.Equal(1, await CheckCommand.CheckAsync(_files.Path, TextWriter.Null, errors));
        Assert.Equal(
            [$"{_files.Path}(2): $.Shadowing.Capacity", $"{_files.Path}(2): $.Shadowing.Clusters.x", $"{_files.Path}(3): $.ReverseProxy.Routes.a.ClusterId",
                $"{_files.Path}(3): $.ReverseProxy.Routes.a.Order", $"{_files.Path}(4): $.Typo"],
            errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" = ")[0].Split(": is")[0].Split(": there")[0]).Order());
    }

    [Fact]
    public async Task Check_NoFile_SaysSo() =>
        Assert.Contains("cannot be read", Assert.Single((await ConfigurationChecker.CheckAsync(_files.Path)).Errors), StringComparison.Ordinal);

    [Fact]
    public async Task Check_ClusterWithoutDestinations_Warns()
    {
        var report = await ConfigurationChecker.CheckAsync(_files.Write(
            """{ "ReverseProxy": { "Routes": { "a": { "ClusterId": "b", "Match": { "Path": "/" } } }, "Clusters": { "b": {} } } }"""));

        Assert.Empty(report.Errors);
        Assert.Contains("has no destinations", Assert.Single(report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_SessionAffinityInObservedCluster_IsGood() => Assert.Empty((await ConfigurationChecker.CheckAsync(_files.Write(ConfigurationFiles.Good
        .Replace("\"Active\"", "\"Observe\"", StringComparison.Ordinal)
        .Replace("\"Destinations\":", "\"SessionAffinity\": { \"Enabled\": true, \"AffinityKeyName\": \"k\" }, \"Destinations\":", StringComparison.Ordinal)))).Errors);

    [Theory]
    [InlineData("", 1)]
    [InlineData("\"SignatureKey\": \"0123456789abcdef\", ", 0)]
    public async Task Check_ShadowAffinity_IsGoodAndWantsAKeyThatReplicasShare(string key, int warnings)
    {
        var report = await ConfigurationChecker.CheckAsync(_files.Write(ConfigurationFiles.Good
            .Replace("\"Shadowing\": {", $"\"Shadowing\": {{ {key}", StringComparison.Ordinal)
            .Replace(
                "\"Destinations\":",
                "\"SessionAffinity\": { \"Enabled\": true, \"Policy\": \"Shadow\", \"AffinityKeyName\": \"k\" }, \"Destinations\":",
                StringComparison.Ordinal)));

        Assert.Empty(report.Errors);
        Assert.Equal(warnings, report.Warnings.Count(warning => warning.Contains("SignatureKeyFile", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Check_ShadowPoliciesByName_AreKnown() => Assert.Empty((await ConfigurationChecker.CheckAsync(_files.Write(ConfigurationFiles.Good.Replace(
        "\"Destinations\":",
        """
        "LoadBalancingPolicy": "Shadow", "HealthCheck": { "Passive": { "Enabled": true, "Policy": "ShadowHealth" }, "AvailableDestinationsPolicy": "ShadowHealth" }, "Destinations":
        """,
        StringComparison.Ordinal)))).Errors);

    [Fact]
    public async Task Check_HttpsEndpoint_ChoosesItsCertificateByName()
    {
        var report = await ConfigurationChecker.CheckAsync(_files.Write(ConfigurationFiles.Good.Replace(
            "\"Shadowing\":",
            """
            "Kestrel": { "Endpoints": {
              "A": { "Url": "https://*:1", "Certificate": { "Path": "a.pem", "KeyPath": "a.key" } }, "B": { "Url": "http://*:2" },
              "C": { "Url": "https://*:3", "Sni": { "c.example": { "Certificate": { "Path": "c.pem" } } } }, "D": { "Url": "https://*:4" } },
              "Certificates": { "Default": { "Path": "d.pfx" } } },
            "Shadowing":
            """,
            StringComparison.Ordinal)));

        Assert.Equal(
            ["A:Sni:*:Certificate:KeyPath=a.key", "A:Sni:*:Certificate:Path=a.pem", "D:Sni:*:Certificate:Path=d.pfx"],
            report.Values.Where(pair => pair.Key.Contains("Sni:*", StringComparison.Ordinal))
                .Select(pair => $"{pair.Key["Kestrel:Endpoints:".Length..]}={pair.Value}").Order());
    }
}
