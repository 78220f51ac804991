using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using ShadowProxy.Edge.Configuration;

namespace ShadowProxy.Tests.Edge;

public sealed class ConfigurationWatcherTests : IAsyncLifetime
{
    private readonly ConfigurationFiles _files = new();
    private readonly FakeLogger<ConfigurationWatcher> _log = new();
    private LastGoodConfiguration _configuration = null!;
    private ConfigurationWatcher _watcher = null!;
    private IConfigurationRoot _root = null!;
    private int _reloads;

    private string? Mode => _root["Shadowing:Clusters:orders:Mode"];

    public async ValueTask InitializeAsync()
    {
        _files.Write(ConfigurationFiles.Good);
        _configuration = new LastGoodConfiguration(await ConfigurationChecker.CheckAsync(_files.Path));
        _root = new ConfigurationBuilder().Add(_configuration).Build();
        _root.GetReloadToken().RegisterChangeCallback(_ => _reloads++, null);
        _watcher = new ConfigurationWatcher(_files.Path, FileMark.Of(_files.Path), _configuration, TimeProvider.System, _log);
    }

    public ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        _files.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Look_Unchanged_DoesNothing()
    {
        await _watcher.LookAsync();

        Assert.Equal((0, 0), (_reloads, _log.Collector.Count));
    }

    [Fact]
    public async Task Look_GoodChange_IsInForce()
    {
        await ChangeAsync("\"Active\"", "\"Observe\"");

        Assert.Equal(("Observe", 1), (Mode, _reloads));
    }

    [Theory]
    [InlineData("\"Active\"", "\"Sometimes\"", "$.Shadowing.Clusters.orders.Mode")]
    [InlineData("\"Active\"", "\"Active", "is not JSON")]
    public async Task Look_BadThenMended_KeepsTheLastGoodAndSaysWhy(string good, string bad, string expected)
    {
        await ChangeAsync(good, bad);

        Assert.Equal(("Active", 0), (Mode, _reloads));
        var error = Assert.Single(_log.Collector.GetSnapshot(), record => record.Level == LogLevel.Error);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);

        await ChangeAsync("\"Active\"", "\"Off\"");

        Assert.Equal(("Off", 1), (Mode, _reloads));
    }

    [Fact]
    public async Task Look_FileVanishes_KeepsTheLastGood()
    {
        File.Delete(_files.Path);
        await _watcher.LookAsync();

        Assert.Equal(("Active", 0), (Mode, _reloads));
    }

    [Fact]
    public async Task Look_LinkPointsElsewhere_FollowsIt()
    {
        var next = _files.Path + ".next";
        await File.WriteAllTextAsync(next, ConfigurationFiles.Good.Replace("\"Active\"", "\"Off\"", StringComparison.Ordinal));
        File.Delete(_files.Path);
        File.CreateSymbolicLink(_files.Path, next);

        await _watcher.LookAsync();

        Assert.Equal("Off", Mode);
    }

    private async Task ChangeAsync(string good, string changed)
    {
        _files.Write(ConfigurationFiles.Good.Replace(good, changed, StringComparison.Ordinal));
        await _watcher.LookAsync();
    }
}
