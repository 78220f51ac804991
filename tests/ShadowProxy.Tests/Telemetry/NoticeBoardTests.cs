using ShadowProxy.Migration;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Telemetry;

public sealed class NoticeBoardTests : IDisposable
{
    private readonly NoticeBoard _board = new(before: 100);
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(30));

    public void Dispose() => _stop.Dispose();

    [Fact]
    public void Add_EventsAndMigrations_HaveIdsInOneOrder()
    {
        _board.Add(Event("a"));
        _board.Add(Move(1));
        _board.Add(Event("b"));

        Assert.Equal([103L, 101L], _board.Events.Select(happened => happened.Id));
        Assert.Equal([102L], _board.Migrations.Select(move => move.Id));
    }

    [Fact]
    public void MigrationsOf_ManyFlows_AreThoseOfOneNewestFirst()
    {
        for (var i = 0; i < 3000; i++)
            _board.Add(Move(i % 3, $"n{i}"));

        Assert.Equal(1000, _board.Migrations.Count);
        Assert.Equal(["n2998", "n2995"], _board.MigrationsOf(new(0, 1)).Take(2).Select(move => move.To));
        Assert.Equal(1000, _board.MigrationsOf(new(0, 1)).Count);
    }

    [Fact]
    public async Task ListenAsync_AfterAnId_GivesWhatCameSinceThenWhatComes()
    {
        _board.Add(Event("a"));
        _board.Add(Move(1));
        _board.Add(Event("b"));
        await using var heard = _board.ListenAsync(101, _stop.Token).GetAsyncEnumerator();

        Assert.Equal((102, 1UL), (await Next(heard)) is { Migration: { } move } notice ? (notice.Id, move.Signature.Low) : default);
        _board.Add(Event("c"));
        Assert.Equal("b", (await Next(heard)).Event?.Name);
        Assert.Equal((104, "c"), (await Next(heard)) is { Event: { } happened } last ? (last.Id, happened.Name) : default);
    }

    [Fact]
    public async Task ListenAsync_WithoutAnId_GivesWhatIsNewAlone()
    {
        _board.Add(Event("old"));
        await using var heard = _board.ListenAsync(null, _stop.Token).GetAsyncEnumerator();
        var next = heard.MoveNextAsync();
        _board.Add(Event("new"));

        Assert.True(await next);
        Assert.Equal("new", heard.Current.Event?.Name);
    }

    [Fact]
    public async Task ListenAsync_TooSlow_LosesTheOldestAndHoldsUpNobody()
    {
        await using var heard = _board.ListenAsync(null, _stop.Token).GetAsyncEnumerator();
        var first = heard.MoveNextAsync();
        for (var i = 0; i < 5000; i++)
            _board.Add(Move(i));

        Assert.True(await first);
        var next = await Next(heard);
        Assert.InRange(next.Id, 100 + 5000 - 1024, 100 + 5000 - 1022);
    }

    [Fact]
    public async Task ListenAsync_Cancelled_Ends()
    {
        await using var heard = _board.ListenAsync(null, _stop.Token).GetAsyncEnumerator();
        var next = heard.MoveNextAsync();
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    private static async Task<ShadowingNotice> Next(IAsyncEnumerator<ShadowingNotice> heard)
    {
        Assert.True(await heard.MoveNextAsync());
        return heard.Current;
    }

    private static ShadowingEvent Event(string name) => new(default, name, "orders", null, null, null, MigrationReason.None, [], name);

    private static MigrationRecord Move(int flow, string to = "n1") =>
        new(default, "orders", new(0, (ulong)flow), "n0", to, MigrationReason.Degraded, "because", false);
}
