using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using ShadowProxy.FunctionalTests.Infrastructure;
using ShadowProxy.Migration;
using ShadowProxy.Telemetry;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>Events and migrations as they come.</summary>
public sealed class AdminEventsTests : IAsyncLifetime
{
    private readonly EdgeFiles _files = new();
    private readonly CancellationTokenSource _giveUp = new(Patience.Limit);
    private EdgeFixture _edge = null!;

    public async ValueTask InitializeAsync() => _edge = await EdgeFixture.StartAsync(_files.WriteConfig(["http://127.0.0.1:1"]));

    public async ValueTask DisposeAsync()
    {
        _giveUp.Dispose();
        await _edge.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task Stream_WhatHappens_IsToldAsItComes()
    {
        await using var stream = await OpenAsync(null);

        _edge.Control.Notices.Add(Event("first"));
        var (id, kind, data) = await stream.NextAsync();
        Assert.Equal(("1", "event", "first"), (id, kind, data.GetProperty("event").GetProperty("text").GetString()));
        Assert.Equal(JsonValueKind.Null, data.GetProperty("migration").ValueKind);

        _edge.Control.Notices.Add(Move());
        (id, kind, data) = await stream.NextAsync();
        Assert.Equal(("2", "migration", "node1"), (id, kind, data.GetProperty("migration").GetProperty("to").GetString()));
    }

    [Fact]
    public async Task Stream_AfterABreak_GoesOnAfterTheLastId()
    {
        foreach (var text in new[] { "first", "second", "third" })
            _edge.Control.Notices.Add(Event(text));

        await using var stream = await OpenAsync("1");

        Assert.Equal(["2", "3"], [(await stream.NextAsync()).Id, (await stream.NextAsync()).Id]);
    }

    [Fact]
    public async Task Stream_ProxyStops_EndsAndDoesNotHoldItUp()
    {
        await using var stream = await OpenAsync(null);

        await _edge.StopAsync().Soon();

        Assert.False(await stream.MovesAsync());
    }

    [Fact]
    public async Task List_WithoutAcceptingAStream_IsJson()
    {
        using var response = await _edge.Admin.GetAsync("/admin/events");

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    private async Task<Listener> OpenAsync(string? lastId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await _edge.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _giveUp.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var stream = await response.Content.ReadAsStreamAsync(_giveUp.Token);
        return new Listener(SseParser.Create(stream).EnumerateAsync(_giveUp.Token).GetAsyncEnumerator(_giveUp.Token), response);
    }

    private static ShadowingEvent Event(string text) => new(default, "shadowproxy.operator", "all", null, null, null, MigrationReason.Operator, [], text);

    private static MigrationRecord Move() => new(default, "all", FakeControl.Flow, "node0", "node1", MigrationReason.Degraded, "slow", false);

    private sealed class Listener(IAsyncEnumerator<SseItem<string>> items, HttpResponseMessage response) : IAsyncDisposable
    {
        public ValueTask<bool> MovesAsync() => items.MoveNextAsync();

        public async Task<(string? Id, string Kind, JsonElement Data)> NextAsync()
        {
            Assert.True(await items.MoveNextAsync());
            using var document = JsonDocument.Parse(items.Current.Data);
            return (items.Current.EventId, items.Current.EventType, document.RootElement.Clone());
        }

        public async ValueTask DisposeAsync()
        {
            await items.DisposeAsync();
            response.Dispose();
        }
    }
}
