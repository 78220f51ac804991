using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Configuration;
using ShadowProxy.State;
using ShadowProxy.Tests.Nodes;

namespace ShadowProxy.Tests.State;

public sealed class StateServiceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("shadowproxy-").FullName;
    private readonly FakeLogger<StateService> _log = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5 << 20, 5)]
    [InlineData(88_000_000, 83.9)]
    public void PauseAfter_LargeTables_KeepsToTheWriteRate(long bytes, double seconds) =>
        Assert.Equal(seconds, StateService.PauseAfter(bytes).TotalSeconds, 0.1);

    [Fact]
    public async Task Stop_FlowsBeforeAndWhileItDrains_AreThereAfterTheNextStart()
    {
        using (var before = Engine())
        {
            using var settings = Settings(_directory);
            using var service = Service(before, settings);
            await service.StartAsync(CancellationToken.None);
            before.Choose(1);
            await service.StoppingAsync(CancellationToken.None);
            Assert.True(File.Exists(Path.Combine(_directory, StateStore.FileName)));
            before.Choose(2);
            await service.StopAsync(CancellationToken.None);
        }

        using var after = Engine();
        using var same = Settings(_directory);
        using var next = Service(after, same);
        await next.StartAsync(CancellationToken.None);

        Assert.Equal(2, after.Tables.Flows.Count);
    }

    [Fact]
    public async Task Start_NoDirectory_SaysSoAndStopsInPeace()
    {
        using var engine = Engine();
        using var settings = Settings(null);
        using var service = Service(engine, settings);

        await service.StartAsync(CancellationToken.None);
        await service.StoppingAsync(CancellationToken.None);
        await service.StopAsync(CancellationToken.None);

        Assert.Contains("memory only", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DirectoryUnusable_Throws()
    {
        var file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        using var engine = Engine();
        using var settings = Settings(file);
        using var service = Service(engine, settings);

        var thrown = await Assert.ThrowsAsync<ShadowingConfigurationException>(() => service.StartAsync(CancellationToken.None));

        Assert.Equal("Shadowing:StateDirectory", Assert.Single(thrown.Errors).Path);
    }

    [Fact]
    public async Task Stop_StoreIsBroken_IsSaidOnceAndEnds()
    {
        using var engine = Engine();
        using var settings = Settings(Path.Combine(_directory, "state"));
        using var service = Service(engine, settings);
        await service.StartAsync(CancellationToken.None);
        Directory.Delete(Path.Combine(_directory, "state"), recursive: true);

        await service.StoppingAsync(CancellationToken.None);
        await service.StopAsync(CancellationToken.None);

        Assert.Equal("shadowproxy.state.failed", Assert.Single(_log.Collector.GetSnapshot()).Id.Name);
    }

    private static TestEngine Engine()
    {
        var engine = new TestEngine(time: new FakeTimeProvider());
        engine.SetNodes(2);
        return engine;
    }

    private static ShadowingSettingsProvider Settings(string? directory) => new(
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("Shadowing:StateDirectory", directory), new("Shadowing:SignatureKey", "0123456789abcdef")])
            .Build()
            .GetSection("Shadowing"),
        NullLogger<ShadowingSettingsProvider>.Instance);

    private StateService Service(TestEngine engine, ShadowingSettingsProvider settings) =>
        new(settings, engine.Tables, engine.Registry, engine.Time, _log);
}
