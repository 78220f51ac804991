using Microsoft.Extensions.Configuration;
using ShadowProxy.Configuration;

namespace ShadowProxy.Tests.Configuration;

public sealed class ShadowingOptionsValidatorTests
{
    [Theory]
    [InlineData("Clusters:orders:Mdoes", "x", "is not a known key")]
    [InlineData("Clusters:orders:Modes", "Active", "did you mean Mode?")]
    [InlineData("Clusters:orders:Mode", "Aktive", "must be one of Active, Observe, Off; did you mean Active?")]
    [InlineData("Clusters:orders:Mode", "1", "must be one of Active, Observe, Off")]
    [InlineData("Clusters:orders:Probe:Interval", "soon", "must be a duration")]
    [InlineData("Clusters:orders:Probe:Interval", "10", "must be a duration")]
    [InlineData("Clusters:orders:Probe:Interval", "00:00:00.05", "must lie between 00:00:00.1000000 and 01:00:00, or be 00:00:00")]
    [InlineData("Clusters:orders:Probe:Timeout", "00:00:00", "must lie between")]
    [InlineData("Clusters:orders:Probe:Path", "health", "starts with /")]
    [InlineData("Clusters:orders:Probe", "on", "must be an object")]
    [InlineData("Clusters:orders:Sources:Orka", "x", "did you mean Orca?")]
    [InlineData("Clusters:orders:Probe:Status", "ok", "HTTP statuses")]
    [InlineData("Clusters:orders:Sources:AgentCheck:Port", "65536", "must lie between 1 and 65535")]
    [InlineData("Clusters:orders:Sources:Network", "no", "must be true or false")]
    [InlineData("Clusters:orders:Sources:Orca:Port", "0", "must lie between 1 and 65535")]
    [InlineData("Clusters:orders:Sources:Metrics:Path", "metrics", "starts with /")]
    [InlineData("Clusters:orders:Sources:Metrics:Preset", "Node", "must be one of Auto, NodeExporter, Process, DotNet")]
    [InlineData("Clusters:orders:Sources:Metrics:Cpu", "1 -", "must be [1 -] metric [/ metric]")]
    [InlineData("Defaults:Sources:Orca:Interval", "1", "must be a duration")]
    [InlineData("Clusters", "orders", "must be an object")]
    [InlineData("Capacity", "many", "must be a whole number")]
    [InlineData("Capacity", "999", "must lie between 1000 and 100000000")]
    [InlineData("Capacity", "", "must be a whole number")]
    [InlineData("Capacity:Flows", "1000", "must be a single value")]
    [InlineData("Routes:orders:Signature", "cokie:sid", "cookie")]
    [InlineData("Routes:orders:Idle", "31.00:00:00", "must lie between 00:00:01 and 30.00:00:00")]
    [InlineData("Defaults:Retention", "-00:00:01", "must lie between")]
    [InlineData("Admin:Url", "127.0.0.1:9901", "is not a URL")]
    [InlineData("Admin:Url", "https://127.0.0.1:9901", "must be an http URL")]
    [InlineData("Admin:Url", "http://0.0.0.0:9901", "listening on 0.0.0.0:9901 needs Admin:Key")]
    [InlineData("Admin:Url", "http://*:9901", "needs Admin:Key")]
    [InlineData("Admin:MetricsUrl", "metrics", "is not a URL")]
    [InlineData("Admin:KeyFile", "/nowhere/key", "cannot be read")]
    [InlineData("SignatureKeyFile", "/nowhere/key", "cannot be read")]
    public void Read_WrongValue_SaysWhereAndWhatWouldBeRight(string key, string value, string problem)
    {
        var error = Assert.Single(Errors((key, value)));

        Assert.StartsWith($"Shadowing:{key.Split(":Flows")[0]}", error.Path, StringComparison.Ordinal);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SignatureKey")]
    [InlineData("Admin:Key")]
    public void Read_ShortSecret_SaysSoWithoutShowingIt(string key)
    {
        var error = Assert.Single(Errors((key, "hunter2")));

        Assert.Contains("16 characters", error.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralErrors_SaysAll() =>
        Assert.Equal(3, Errors(("Capacity", "x"), ("Clusters:a:Mode", "y"), ("Routes:b:Idle", "z")).Count);

    [Fact]
    public void Read_AdminOffLoopbackWithKey_IsAccepted() =>
        Assert.Empty(Errors(("Admin:Url", "http://0.0.0.0:9901"), ("Admin:Key", "0123456789abcdef")));

    [Theory]
    [InlineData("http://localhost:9901")]
    [InlineData("http://[::1]:9901")]
    [InlineData("http://127.0.0.2:0")]
    [InlineData("")]
    public void Read_AdminOnLoopbackOrNowhere_NeedsNoKey(string url) => Assert.Empty(Errors(("Admin:Url", url)));

    [Fact]
    public void Read_GoodValues_FillsTheOptions()
    {
        var errors = new List<ConfigurationError>();
        var options = ShadowingOptionsValidator.Read(
            Section(("Place:Zone", "eu-1a"), ("clusters:orders:mode", "observe"), ("Clusters:orders:Probe:Interval", "00:00:05"), ("Capacity", "5000")), errors);

        Assert.Empty(errors);
        Assert.Equal(("eu-1a", 5000), (options.Place.Zone, options.Capacity));
        Assert.Equal(ShadowingMode.Observe, options.Clusters["ORDERS"].Mode);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Clusters["orders"].Probe!.Interval);
    }

    private static List<ConfigurationError> Errors(params (string Key, string Value)[] pairs)
    {
        var errors = new List<ConfigurationError>();
        ShadowingOptionsValidator.Read(Section(pairs), errors);
        return errors;
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] pairs) => new ConfigurationBuilder()
        .AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create($"Shadowing:{pair.Key}", (string?)pair.Value)))
        .Build().GetSection("Shadowing");
}
