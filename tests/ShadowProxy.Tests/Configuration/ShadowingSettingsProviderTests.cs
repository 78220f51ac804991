using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using ShadowProxy.Configuration;

namespace ShadowProxy.Tests.Configuration;

public sealed class ShadowingSettingsProviderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-").FullName;
    private readonly FakeLogger<ShadowingSettingsProvider> _log = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Current_NoSection_IsTheDefaults()
    {
        using var provider = new ShadowingSettingsProvider(null, _log);

        Assert.Equal(
            new ClusterSettings(ShadowingMode.Active, Sensitivity.Normal, FailbackMode.Never, new(null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))),
            provider.Current.ForCluster("any"));
        Assert.Equal(TimeSpan.FromMinutes(10), provider.Current.ForRoute("any").Idle);
        Assert.Null(provider.Current.ForRoute("any").Lifetime);
        Assert.Equal(TimeSpan.FromHours(1), provider.Current.ForRoute("any").Retention);
        Assert.Equal(1_000_000, provider.Current.Capacity);
    }

    [Fact]
    public void Current_ClusterLeavesOut_TakesDefaults()
    {
        var configuration = Configuration(("Defaults:Mode", "Observe"), ("Defaults:Probe:Path", "/up"), ("Clusters:a:Probe:Timeout", "00:00:02"), ("Clusters:b:Mode", "Off"));
        using var provider = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log);

        Assert.Equal(ShadowingMode.Observe, provider.Current.ForCluster("A").Mode);
        Assert.Equal(new ProbeSettings("/up", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)), provider.Current.ForCluster("a").Probe);
        Assert.Equal(ShadowingMode.Off, provider.Current.ForCluster("b").Mode);
    }

    [Fact]
    public void Sources_OfAClusterAndTheDefaults_AreThoseThatStandInEitherAndAreNotSwitchedOff()
    {
        var configuration = Configuration(
            ("Defaults:Sources:Orca", ""), ("Clusters:a:Sources:Orca:Port", "9000"), ("Clusters:b:Sources:Orca:Interval", "00:00:00"));
        using var provider = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log);

        Assert.Equal([new OrcaSettings(9000, TimeSpan.FromSeconds(1))], provider.Current.ForCluster("a").Sources);
        Assert.Empty(provider.Current.ForCluster("b").Sources);
        Assert.Equal([new OrcaSettings(null, TimeSpan.FromSeconds(1))], provider.Current.ForCluster("c").Sources);
    }

    [Fact]
    public void Constructor_Errors_ThrowsAllOfThem()
    {
        var configuration = Configuration(("Capacity", "x"), ("Clusters:a:Mode", "y"));

        var thrown = Assert.Throws<ShadowingConfigurationException>(() => new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log));

        Assert.Equal(["Shadowing:Capacity", "Shadowing:Clusters:a:Mode"], thrown.Errors.Select(error => error.Path).Order());
        Assert.Contains("Shadowing:Clusters:a:Mode = \"y\"", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_BadThenGood_KeepsTheLastGoodThenFollows()
    {
        var configuration = Configuration(("Clusters:a:Mode", "Observe"));
        using var provider = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log);
        var changes = 0;
        provider.Changed += () => changes++;

        Reload(configuration, ("Clusters:a:Mode", "Sometimes"));

        Assert.Equal((ShadowingMode.Observe, 0), (provider.Current.ForCluster("a").Mode, changes));
        Assert.Contains("Shadowing:Clusters:a:Mode", Assert.Single(_log.Collector.GetSnapshot(), record => record.Level == LogLevel.Error).Message, StringComparison.Ordinal);

        Reload(configuration, ("Clusters:a:Mode", "Off"));

        Assert.Equal((ShadowingMode.Off, 1), (provider.Current.ForCluster("a").Mode, changes));
    }

    [Fact]
    public void Reload_FixedOptionChanges_StaysAndIsSaid()
    {
        var configuration = Configuration(("Capacity", "2000"));
        using var provider = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log);

        Reload(configuration, ("Capacity", "3000"));

        Assert.Equal(2000, provider.Current.Capacity);
        Assert.Contains("Shadowing:Capacity", Assert.Single(_log.Collector.GetSnapshot(), record => record.Level == LogLevel.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Latest_CalledBeforeTheNotification_TakesTheReloadIn()
    {
        var configuration = Configuration(("Clusters:a:Mode", "Active"));
        using var provider = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log);
        ShadowingMode? seen = null;
        // Registered last, called first.
        using var registration = configuration.GetReloadToken().RegisterChangeCallback(_ => seen = provider.Latest().ForCluster("a").Mode, null);

        Reload(configuration, ("Clusters:a:Mode", "Off"));

        Assert.Equal(ShadowingMode.Off, seen);
    }

    [Fact]
    public void Key_StateDirectory_IsKeptAcrossRestarts()
    {
        var configuration = Configuration(("StateDirectory", _directory));
        using var first = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log);
        using var second = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log);

        Assert.Equal((first.Current.Key.First, first.Current.Key.Second), (second.Current.Key.First, second.Current.Key.Second));
        Assert.NotEqual(0UL, first.Current.Key.First);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory, "signature.key")));
    }

    [Fact]
    public void Key_NothingConfigured_DiffersAndIsSaid()
    {
        using var first = new ShadowingSettingsProvider(null, _log);
        using var second = new ShadowingSettingsProvider(null, _log);

        Assert.NotEqual(first.Current.Key.First, second.Current.Key.First);
        Assert.Contains(_log.Collector.GetSnapshot(), record => record.Message.Contains("new signatures", StringComparison.Ordinal));
    }

    [Fact]
    public void Key_StateDirectoryUnusable_Throws()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        var configuration = Configuration(("StateDirectory", file));

        var thrown = Assert.Throws<ShadowingConfigurationException>(() => new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), _log));

        Assert.Equal("Shadowing:StateDirectory", Assert.Single(thrown.Errors).Path);
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] pairs) => new ConfigurationBuilder()
        .AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create($"Shadowing:{pair.Key}", (string?)pair.Value))).Build();

    private static void Reload(IConfigurationRoot configuration, (string Key, string Value) change)
    {
        configuration[$"Shadowing:{change.Key}"] = change.Value;
        configuration.Reload();
    }
}
