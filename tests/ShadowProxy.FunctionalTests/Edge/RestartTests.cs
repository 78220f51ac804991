using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>The process ends, in order or not, and another one of the same configuration starts.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly EdgeFiles _files = new();

    private string Directory => _files.PathOf("state");

    private string StatePath => Path.Combine(Directory, "flows.state");

    private string AccessLog => _files.PathOf("access.log");

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Sigterm_SessionsThatMoved_AreOnTheirNodesAfterTheNextStart()
    {
        await using var sessions = await EdgeSessions.StartAsync(4);
        var moved = await RunAsync(sessions, async edge =>
        {
            await edge.SignalAsync("TERM");
            Assert.Equal(0, await edge.ExitCodeAsync());
        });
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StatePath));
        Assert.Equal(moved, await NextRoundAsync(sessions));

        // What was saved did it: computed placement alone brings them elsewhere.
        File.Delete(StatePath);
        Assert.NotEqual(moved, await NextRoundAsync(sessions));
    }

    [Fact]
    public async Task Sigkill_SessionsThatMovedBeforeTheLastSave_AreOnTheirNodesAfterTheNextStart()
    {
        await using var sessions = await EdgeSessions.StartAsync(4);
        var moved = await RunAsync(sessions, async edge =>
        {
            // A save that was under way when the sessions moved may come first; the one after it knows.
            for (var i = 0; i < 2; i++)
            {
                File.Delete(StatePath);
                await Patience.EventuallyAsync(() => File.Exists(StatePath));
            }

            await edge.SignalAsync("KILL");
            Assert.NotEqual(0, await edge.ExitCodeAsync());
        });

        Assert.Equal(moved, await NextRoundAsync(sessions));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0)]
    public async Task Start_StateIsCutShort_IsSaidAndAllSessionsAreServed(double kept)
    {
        await using var sessions = await EdgeSessions.StartAsync(4);
        await RunAsync(sessions, async edge =>
        {
            await edge.SignalAsync("TERM");
            await edge.ExitCodeAsync();
        });
        var whole = await File.ReadAllBytesAsync(StatePath);
        await File.WriteAllBytesAsync(StatePath, whole[..(int)(whole.Length * kept)]);

        await using var next = Start(sessions);
        await next.ListeningAsync();
        await sessions.RoundAsync(await next.ListeningAsync());
        await next.SignalAsync("TERM");

        Assert.Equal(0, await next.ExitCodeAsync());
        Assert.Contains($"{StatePath} cannot be used", next.Output, StringComparison.Ordinal);
        Assert.Equal(whole.Length * kept, new FileInfo(StatePath + ".aside").Length, 1.0);
        Assert.True(File.Exists(StatePath));
    }

    private EdgeProcess Start(EdgeSessions sessions) => EdgeProcess.Start(
        ("Shadowing__StateDirectory", Directory),
        "run", "--config", _files.WriteConfig(sessions.Addresses, more: $$"""
            "AccessLog": { "Path": "{{AccessLog}}" },
            """));

    /// <summary>A run in which sessions begin, and every second one is moved, before it ends; gives where they were in the end.</summary>
    private async Task<string[]> RunAsync(EdgeSessions sessions, Func<EdgeProcess, Task> end)
    {
        await using var edge = Start(sessions);
        var admin = await edge.ListeningAsync();
        var proxy = await edge.ListeningAsync();
        var homes = await sessions.RoundAsync(proxy);
        var moved = await sessions.PinAsync(admin, AccessLog, homes);
        Assert.Equal(moved, await sessions.RoundAsync(proxy));
        await end(edge);
        return moved;
    }

    private async Task<string[]> NextRoundAsync(EdgeSessions sessions)
    {
        await using var edge = Start(sessions);
        await edge.ListeningAsync();
        return await sessions.RoundAsync(await edge.ListeningAsync());
    }
}
